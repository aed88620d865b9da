package io.arroy.forest.search;

import java.util.Arrays;

/** Leaves by the order in which they were ranked by their centroid. Belongs to one search. */
final class ExactLeaves {
  private int[] leaves = new int[64];
  private float[] dots = new float[64];
  private int size;

  /**
   * Adds a leaf; its place.
   *
   * @param dot dot product of the query and its centroid
   */
  int add(int leaf, float dot) {
    if (size == leaves.length) {
      leaves = Arrays.copyOf(leaves, 2 * size);
      dots = Arrays.copyOf(dots, 2 * size);
    }
    leaves[size] = leaf;
    dots[size] = dot;
    return size++;
  }

  /** The leaf at a place. */
  int leaf(int place) {
    return leaves[place];
  }

  /** The dot product of the query and the centroid of the leaf at a place. */
  float dot(int place) {
    return dots[place];
  }
}
