package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Gathers points into clusters by a few rounds of Lloyd's algorithm. Belongs to one thread. */
final class Clusters {
  private static final int ROUNDS = 5;

  private final float[] points;
  private final int dimension;
  private final int[] of;
  private float[] means = new float[0];

  /**
   * Takes points.
   *
   * @param points one after another, not changed
   */
  Clusters(float[] points, int dimension) {
    this.points = points;
    this.dimension = dimension;
    this.of = new int[points.length / dimension];
  }

  /** Finds so many clusters, at most one a point; some may stay empty. */
  void find(int clusters, RandomGenerator random) {
    means = new float[clusters * dimension];
    start(clusters, random);
    for (int round = 0; round < ROUNDS; round++) {
      assign(clusters);
      average(clusters);
    }
  }

  /** The cluster of each point. */
  int[] of() {
    return of;
  }

  /** How many clusters were looked for. */
  int count() {
    return means.length / dimension;
  }

  /** The means of the clusters, one after another; of an empty one, anything. */
  float[] means() {
    return means;
  }

  private void start(int clusters, RandomGenerator random) {
    for (int cluster = 0; cluster < clusters; cluster++) {
      int low = (int) ((long) of.length * cluster / clusters);
      int high = (int) ((long) of.length * (cluster + 1) / clusters);
      int i = low + random.nextInt(high - low);
      System.arraycopy(points, i * dimension, means, cluster * dimension, dimension);
    }
  }

  private void assign(int clusters) {
    float[] halfNorms = new float[clusters];
    for (int cluster = 0; cluster < clusters; cluster++) {
      int at = cluster * dimension;
      halfNorms[cluster] = FloatKernels.BEST.dot(means, at, means, at, dimension) / 2;
    }
    for (int i = 0; i < of.length; i++) {
      float best = Float.NEGATIVE_INFINITY;
      for (int cluster = 0; cluster < clusters; cluster++) {
        float nearness =
            FloatKernels.BEST.dot(points, i * dimension, means, cluster * dimension, dimension)
                - halfNorms[cluster];
        if (nearness > best) {
          best = nearness;
          of[i] = cluster;
        }
      }
    }
  }

  private void average(int clusters) {
    int[] counts = new int[clusters];
    for (int cluster : of) {
      counts[cluster]++;
    }
    for (int cluster = 0; cluster < clusters; cluster++) {
      if (counts[cluster] > 0) {
        Arrays.fill(means, cluster * dimension, (cluster + 1) * dimension, 0);
      }
    }
    for (int i = 0; i < of.length; i++) {
      int cluster = of[i];
      FloatKernels.BEST.add(
          means, cluster * dimension, points, i * dimension, 1f / counts[cluster], dimension);
    }
  }
}
