package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.store.OffHeap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Finds a split for a run of items: two means of a sample, by a few rounds of Lloyd's algorithm
 * from a start drawn as k-means++ does (Arthur and Vassilvitskii, SODA 2007). Belongs to one
 * thread.
 */
final class TwoMeans {
  /** Leaves are polished after: larger samples make no better ones. */
  private static final int SAMPLE = 256;

  private static final int ROUNDS = 3;

  /** A side that gets less than this share of a sample makes a tree deep for little. */
  private static final float LEAST_SHARE = 0.05f;

  private static final int TRIES = 3;

  private final Points.Reader reader;
  private final int dimension;
  private float[] sample = new float[0];
  private MemorySegment copies = MemorySegment.NULL;
  private float[] margins = new float[0];

  TwoMeans(Points points) {
    this.reader = points.reader();
    this.dimension = points.dimension();
  }

  /**
   * A split of {@code items[from..to)}, or null if no plane was found that leaves a fair share on
   * both sides: the points are (nearly) all the same.
   */
  Split find(int[] items, int from, int to, RandomGenerator random) throws IOException {
    int size = draw(items, from, to, random);
    Split last = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      float[][] means = start(size, random);
      if (means == null) {
        return null;
      }
      Split split = lloyd(size, means);
      if (split == null) {
        continue;
      }
      last = split;
      int right = countRight(size, split);
      if (Math.min(right, size - right) >= Math.max(1, LEAST_SHARE * size)) {
        return split;
      }
    }
    return last == null ? null : median(size, last);
  }

  private int draw(int[] items, int from, int to, RandomGenerator random) throws IOException {
    int size = Math.min(SAMPLE, to - from);
    if (sample.length < size * dimension) {
      sample = new float[size * dimension];
      copies = OffHeap.buffer(4L * size * dimension);
      margins = new float[size];
    }
    for (int i = 0; i < size; i++) {
      // One item of each of the equal parts of the run: no repeats, and memory read in order.
      int low = from + (int) ((long) (to - from) * i / size);
      int high = from + (int) ((long) (to - from) * (i + 1) / size);
      reader.load(items[low + random.nextInt(high - low)], sample, i * dimension);
    }
    return size;
  }

  private float[][] start(int size, RandomGenerator random) {
    int first = random.nextInt(size);
    float[] origin = row(first);
    // Outside the heap, as all points that this is computed for.
    MemorySegment points = copies.asSlice(0, 4L * size * dimension);
    MemorySegment.copy(sample, 0, points, ValueLayout.JAVA_FLOAT, 0, size * dimension);
    double total = 0;
    for (int i = 0; i < size; i++) {
      margins[i] = FloatKernels.BEST.squaredDistance(origin, points, 4L * i * dimension);
      total += margins[i];
    }
    if (!(total > 0) || total == Double.POSITIVE_INFINITY) {
      return null;
    }
    double at = random.nextDouble() * total;
    int second = -1;
    for (int i = 0; i < size; i++) {
      if (margins[i] > 0) {
        second = i;
        at -= margins[i];
        if (at < 0) {
          break;
        }
      }
    }
    return new float[][] {origin, row(second)};
  }

  private Split lloyd(int size, float[][] means) {
    Split split = Split.between(means[0], means[1]);
    for (int round = 0; round < ROUNDS; round++) {
      float[][] sums = new float[2][dimension];
      int[] counts = new int[2];
      for (int i = 0; i < size; i++) {
        int side = split.margin(sample, i * dimension) >= 0 ? 1 : 0;
        counts[side]++;
        FloatKernels.BEST.add(sums[side], 0, sample, i * dimension, 1, dimension);
      }
      if (counts[0] == 0 || counts[1] == 0) {
        return null;
      }
      for (int side = 0; side < 2; side++) {
        for (int i = 0; i < dimension; i++) {
          sums[side][i] /= counts[side];
        }
      }
      split = Split.between(sums[0], sums[1]);
    }
    return split;
  }

  private int countRight(int size, Split split) {
    int right = 0;
    for (int i = 0; i < size; i++) {
      if (split.margin(sample, i * dimension) >= 0) {
        right++;
      }
    }
    return right;
  }

  /** The same direction, moved to where it halves the sample; null if nothing lies between. */
  private Split median(int size, Split split) {
    for (int i = 0; i < size; i++) {
      margins[i] = split.margin(sample, i * dimension);
    }
    Arrays.sort(margins, 0, size);
    float below = margins[(size - 1) / 2];
    float above = margins[size / 2];
    for (int i = size / 2; i < size && above == below; i++) {
      above = margins[i];
    }
    for (int i = (size - 1) / 2; i >= 0 && above == below; i--) {
      below = margins[i];
    }
    float move = below + (above - below) / 2;
    if (!(above > below) || !(move > below && move <= above)) {
      return null;
    }
    return new Split(split.normal(), split.bias() + move);
  }

  private float[] row(int i) {
    return Arrays.copyOfRange(sample, i * dimension, (i + 1) * dimension);
  }
}
