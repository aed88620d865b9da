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
  private static final int SIZE = 32;

  private static final int ROUNDS = 5;

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
    float[] points = centroids(items, to, leafStarts);
    int[] groupOf = new int[leaves];
    float[] means = start(points, leaves, groups, random);
    for (int round = 0; round < ROUNDS; round++) {
      options.monitor().check();
      assign(points, leaves, means, groups, groupOf);
      means(points, groupOf, means, groups);
    }
    return arrange(items, to, leafStarts, groupOf, means);
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

  private float[] start(float[] points, int count, int groups, RandomGenerator random) {
    float[] means = new float[groups * dimension];
    for (int group = 0; group < groups; group++) {
      int low = (int) ((long) count * group / groups);
      int high = (int) ((long) count * (group + 1) / groups);
      int leaf = low + random.nextInt(high - low);
      System.arraycopy(points, leaf * dimension, means, group * dimension, dimension);
    }
    return means;
  }

  private void assign(float[] points, int count, float[] means, int groups, int[] groupOf) {
    float[] halfNorms = new float[groups];
    for (int group = 0; group < groups; group++) {
      int at = group * dimension;
      halfNorms[group] = FloatKernels.BEST.dot(means, at, means, at, dimension) / 2;
    }
    for (int leaf = 0; leaf < count; leaf++) {
      float best = Float.NEGATIVE_INFINITY;
      for (int group = 0; group < groups; group++) {
        float dot =
            FloatKernels.BEST.dot(points, leaf * dimension, means, group * dimension, dimension);
        float nearness = dot - halfNorms[group];
        if (nearness > best) {
          best = nearness;
          groupOf[leaf] = group;
        }
      }
    }
  }

  private void means(float[] points, int[] groupOf, float[] means, int groups) {
    int[] counts = new int[groups];
    for (int group : groupOf) {
      counts[group]++;
    }
    for (int group = 0; group < groups; group++) {
      if (counts[group] > 0) {
        Arrays.fill(means, group * dimension, (group + 1) * dimension, 0);
      }
    }
    for (int leaf = 0; leaf < groupOf.length; leaf++) {
      int group = groupOf[leaf];
      FloatKernels.BEST.add(
          means, group * dimension, points, leaf * dimension, 1f / counts[group], dimension);
    }
  }

  private Leaves arrange(int[] items, int to, int[] leafStarts, int[] groupOf, float[] means) {
    int groups = means.length / dimension;
    int from = leafStarts[0];
    int[] before = Arrays.copyOfRange(items, from, to);
    int[] starts = new int[leafStarts.length];
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
        starts, Arrays.copyOf(groupStarts, kept), Arrays.copyOf(means, kept * dimension));
  }
}
