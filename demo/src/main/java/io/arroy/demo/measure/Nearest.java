package io.arroy.demo.measure;

/** Keeps the k largest of the scores it is offered. */
final class Nearest {
  /** Sums of the same products differ by less, in whichever order the processor adds them. */
  static final float ROUNDING = 1e-6f;

  private final float[] kept;
  private int size;

  Nearest(int k) {
    kept = new float[k];
  }

  /** The score another must exceed to be kept. */
  float floor() {
    return size < kept.length ? Float.NEGATIVE_INFINITY : kept[size - 1];
  }

  /** Offers a score; an insertion sort, as k is small and few scores get in. */
  void offer(float score) {
    if (size == kept.length && score <= kept[size - 1]) {
      return;
    }
    int i = size < kept.length ? size++ : size - 1;
    for (; i > 0 && kept[i - 1] < score; i--) {
      kept[i] = kept[i - 1];
    }
    kept[i] = score;
  }

  int size() {
    return size;
  }

  /** How many of some scores belong to the kept ones; equal scores are equally right. */
  int count(float[] scores) {
    int count = 0;
    for (float score : scores) {
      if (size > 0 && score >= kept[size - 1] - ROUNDING) {
        count++;
      }
    }
    return Math.min(count, size);
  }
}
