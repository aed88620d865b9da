package io.arroy.demo.measure;

import java.util.Arrays;

/** How long searches took. */
final class Latencies {
  private long[] nanos = new long[256];
  private int size;

  void add(long duration) {
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
    }
    nanos[size++] = duration;
  }

  int size() {
    return size;
  }

  /** The duration that this share of searches did not exceed, in milliseconds. */
  double millis(double share) {
    if (size == 0) {
      return Double.NaN;
    }
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * size) - 1] / 1e6;
  }
}
