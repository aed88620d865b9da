package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;

/**
 * Points side by side, coordinate after coordinate, with which many others are compared at once.
 * Belongs to one thread while it is filled.
 */
final class Panel {
  /** Columns are padded to a multiple of this, as the kernel wants. */
  private static final int PAD = 16;

  private final int dimension;
  private float[] values = new float[0];
  private float[] halfNorms = new float[0];
  private int columns;
  private int stride;

  Panel(int dimension) {
    this.dimension = dimension;
  }

  /** Empties it and makes room for so many points. */
  void reset(int count) {
    columns = 0;
    stride = (count + PAD - 1) & -PAD;
    if (values.length < stride * dimension) {
      values = new float[stride * dimension];
      halfNorms = new float[stride];
    }
  }

  /** Adds a point. */
  void add(float[] points, int at) {
    for (int d = 0; d < dimension; d++) {
      values[d * stride + columns] = points[at + d];
    }
    halfNorms[columns++] = FloatKernels.BEST.dot(points, at, points, at, dimension) / 2;
  }

  /** How many points were added. */
  int size() {
    return columns;
  }

  /** Columns of a row of {@link #nearness}: {@link #size()} and padding. */
  int stride() {
    return stride;
  }

  /**
   * The nearness of every row to every point, larger where they are nearer: {@code out[row *
   * stride() + point]}.
   */
  void nearness(float[] rows, int count, float[] out) {
    FloatKernels.BEST.multiply(rows, count, values, 0, stride, dimension, out);
    for (int row = 0; row < count; row++) {
      for (int c = 0; c < columns; c++) {
        out[row * stride + c] -= halfNorms[c];
      }
    }
  }
}
