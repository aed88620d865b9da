package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import java.io.IOException;
import java.util.Arrays;

/**
 * Polishes the leaves below one node: moves each item to the leaf with the nearest centroid, in
 * rounds of Lloyd's algorithm that start from the leaves the planes made. Belongs to one thread.
 */
final class Cells {
  private static final int ROUNDS = 2;

  /** Items whose distances are computed together. */
  private static final int TILE = 96;

  /** Centroids whose distances are computed together. */
  private static final int BAND = 32;

  private final Points.Reader reader;
  private final BuildOptions options;
  private final int dimension;
  private final float[] tile;
  private final float[] dots = new float[TILE * BAND];

  Cells(Points points, BuildOptions options) {
    this.reader = points.reader();
    this.options = options;
    this.dimension = points.dimension();
    this.tile = new float[TILE * dimension];
  }

  /**
   * Rearranges {@code items[from..to)} by nearest centroid.
   *
   * @param starts where each leaf starts, ascending, the first at {@code from}
   * @return where each leaf starts now; leaves that lost all their items are left out
   */
  int[] polish(int[] items, int from, int to, int[] starts) throws IOException {
    int leaves = starts.length;
    if (leaves < 2) {
      return starts;
    }
    int[] leafOf = new int[to - from];
    for (int leaf = 0; leaf < leaves; leaf++) {
      int end = leaf + 1 < leaves ? starts[leaf + 1] : to;
      Arrays.fill(leafOf, starts[leaf] - from, end - from, leaf);
    }
    float[] centroids = new float[leaves * dimension];
    float[] halfNorms = new float[leaves];
    for (int round = 0; round < ROUNDS; round++) {
      means(items, from, leafOf, centroids, halfNorms);
      assign(items, from, leafOf, centroids, halfNorms);
    }
    return arrange(items, from, leafOf, leaves);
  }

  /** The mean of each leaf's points; a leaf without any keeps the centroid it had. */
  private void means(int[] items, int from, int[] leafOf, float[] centroids, float[] halfNorms)
      throws IOException {
    int leaves = halfNorms.length;
    int[] counts = new int[leaves];
    for (int leaf : leafOf) {
      counts[leaf]++;
    }
    for (int leaf = 0; leaf < leaves; leaf++) {
      if (counts[leaf] > 0) {
        Arrays.fill(centroids, leaf * dimension, (leaf + 1) * dimension, 0);
      }
    }
    for (int i = 0; i < leafOf.length; i++) {
      if (i % 1024 == 0) {
        options.monitor().check();
      }
      int leaf = leafOf[i];
      reader.load(items[from + i], tile, 0);
      FloatKernels.BEST.add(centroids, leaf * dimension, tile, 0, 1f / counts[leaf], dimension);
    }
    for (int leaf = 0; leaf < leaves; leaf++) {
      int at = leaf * dimension;
      halfNorms[leaf] = FloatKernels.BEST.dot(centroids, at, centroids, at, dimension) / 2;
    }
  }

  private void assign(int[] items, int from, int[] leafOf, float[] centroids, float[] halfNorms)
      throws IOException {
    int leaves = halfNorms.length;
    float[] panels = panels(centroids, leaves);
    float[] best = new float[TILE];
    for (int i = 0; i < leafOf.length; i += TILE) {
      options.monitor().check();
      int rows = Math.min(TILE, leafOf.length - i);
      for (int r = 0; r < rows; r++) {
        reader.load(items[from + i + r], tile, r * dimension);
      }
      Arrays.fill(best, Float.NEGATIVE_INFINITY);
      for (int first = 0; first < leaves; first += BAND) {
        FloatKernels.BEST.multiply(tile, rows, panels, first * dimension, BAND, dimension, dots);
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < Math.min(BAND, leaves - first); c++) {
            float nearness = dots[r * BAND + c] - halfNorms[first + c];
            if (nearness > best[r]) {
              best[r] = nearness;
              leafOf[i + r] = first + c;
            }
          }
        }
      }
    }
  }

  /** The centroids in panels of {@link #BAND}, each coordinate after coordinate. */
  private float[] panels(float[] centroids, int leaves) {
    float[] panels = new float[(leaves + BAND - 1) / BAND * BAND * dimension];
    for (int leaf = 0; leaf < leaves; leaf++) {
      int panel = leaf / BAND * BAND * dimension + leaf % BAND;
      for (int d = 0; d < dimension; d++) {
        panels[panel + d * BAND] = centroids[leaf * dimension + d];
      }
    }
    return panels;
  }

  /** Sorts the items by leaf, keeping their order within one, and drops empty leaves. */
  private static int[] arrange(int[] items, int from, int[] leafOf, int leaves) {
    int[] next = new int[leaves + 1];
    for (int leaf : leafOf) {
      next[leaf + 1]++;
    }
    int[] starts = new int[leaves];
    int kept = 0;
    for (int leaf = 0; leaf < leaves; leaf++) {
      int count = next[leaf + 1];
      next[leaf + 1] += next[leaf];
      if (count > 0) {
        starts[kept++] = from + next[leaf];
      }
    }
    int[] before = Arrays.copyOfRange(items, from, from + leafOf.length);
    for (int i = 0; i < before.length; i++) {
      items[from + next[leafOf[i]]++] = before[i];
    }
    return Arrays.copyOf(starts, kept);
  }
}
