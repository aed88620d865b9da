package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Gathers the leaves below one node into groups of leaves with near centroids, by Lloyd's algorithm
 * over the centroids, and puts the leaves of a group side by side. Belongs to one thread.
 */
final class Groups {
  /** Leaves in a group, on average. */
  static final int SIZE = 32;

  private final Points.Reader reader;
  private final BuildOptions options;
  private final int dimension;

  Groups(Points points, BuildOptions options) {
    this.reader = points.reader();
    this.options = options;
    this.dimension = points.dimension();
  }

  /**
   * Reorders leaves, and their items, by group.
   *
   * @param leafStarts where each leaf of {@code items[from..to)} starts
   * @return where each leaf starts now, and the first leaf of each group
   */
  Leaves gather(int[] items, int to, int[] leafStarts, RandomGenerator random) throws IOException {
    int leaves = leafStarts.length;
    int groups = (leaves + SIZE - 1) / SIZE;
    Clusters clusters = new Clusters(centroids(items, to, leafStarts), dimension);
    options.monitor().check();
    clusters.find(groups, random);
    return arrange(items, to, leafStarts, clusters.of(), clusters.means());
  }

  private float[] centroids(int[] items, int to, int[] leafStarts) throws IOException {
    float[] centroids = new float[leafStarts.length * dimension];
    float[] point = new float[dimension];
    for (int leaf = 0; leaf < leafStarts.length; leaf++) {
      int end = leaf + 1 < leafStarts.length ? leafStarts[leaf + 1] : to;
      for (int i = leafStarts[leaf]; i < end; i++) {
        reader.load(items[i], point, 0);
        float share = 1f / (end - leafStarts[leaf]);
        FloatKernels.BEST.add(centroids, leaf * dimension, point, 0, share, dimension);
      }
    }
    return centroids;
  }

  private Leaves arrange(int[] items, int to, int[] leafStarts, int[] groupOf, float[] means) {
    int groups = means.length / dimension;
    int from = leafStarts[0];
    int[] before = Arrays.copyOfRange(items, from, to);
    int[] starts = new int[leafStarts.length];
    int[] order = new int[leafStarts.length];
    int[] groupStarts = new int[groups];
    int kept = 0;
    int next = 0;
    int at = from;
    for (int group = 0; group < groups; group++) {
      int first = next;
      for (int leaf = 0; leaf < leafStarts.length; leaf++) {
        if (groupOf[leaf] == group) {
          int end = leaf + 1 < leafStarts.length ? leafStarts[leaf + 1] : to;
          int size = end - leafStarts[leaf];
          System.arraycopy(before, leafStarts[leaf] - from, items, at, size);
          order[next] = leaf;
          starts[next++] = at;
          at += size;
        }
      }
      if (next > first) {
        System.arraycopy(means, group * dimension, means, kept * dimension, dimension);
        groupStarts[kept++] = first;
      }
    }
    return new Leaves(
        starts, Arrays.copyOf(groupStarts, kept), order, Arrays.copyOf(means, kept * dimension));
  }
}
