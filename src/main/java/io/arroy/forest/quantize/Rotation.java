package io.arroy.forest.quantize;

import java.util.SplittableRandom;

/**
 * A fixed pseudo-random rotation: spreads what a vector holds evenly over its coordinates, so that
 * one bit of each tells about the same. Lengths and dot products stay as they are.
 *
 * <p>Rounds of random sign flips and fast Walsh-Hadamard transforms (Ailon and Chazelle, "The fast
 * Johnson-Lindenstrauss transform", SIAM J. Comput. 2009), each over the largest power of two that
 * fits, at the front and at the back in turn. The signs depend on the dimension alone, so codes of
 * different segments can be compared and copied. Safe for use by many threads.
 */
public final class Rotation {
  private static final int ROUNDS = 4;

  private final int dimension;
  private final int width;
  private final float[] signs;
  private final float scale;

  /**
   * The rotation for points of so many coordinates.
   *
   * @param dimension 1 or more; {@link #dimension()} is the next multiple of 32
   */
  public Rotation(int dimension) {
    this.dimension = (dimension + 31) & -32;
    this.width = Integer.highestOneBit(this.dimension);
    this.scale = (float) (1 / Math.sqrt(width));
    this.signs = new float[ROUNDS * this.dimension];
    SplittableRandom random = new SplittableRandom(this.dimension);
    for (int i = 0; i < signs.length; i++) {
      signs[i] = random.nextBoolean() ? 1 : -1;
    }
  }

  /** Coordinates of a rotated vector. */
  public int dimension() {
    return dimension;
  }

  /** Rotates {@code x} in place: {@link #dimension()} values, those past the vector's own 0. */
  public void rotate(float[] x) {
    for (int round = 0; round < ROUNDS; round++) {
      int sign = round * dimension;
      for (int i = 0; i < dimension; i++) {
        x[i] *= signs[sign + i];
      }
      int from = round % 2 == 0 ? 0 : dimension - width;
      transform(x, from);
    }
  }

  private void transform(float[] x, int from) {
    int to = from + width;
    for (int i = from; i < to; i += 4) {
      float a = x[i] + x[i + 1];
      float b = x[i] - x[i + 1];
      float c = x[i + 2] + x[i + 3];
      float d = x[i + 2] - x[i + 3];
      x[i] = (a + c) * scale;
      x[i + 1] = (b + d) * scale;
      x[i + 2] = (a - c) * scale;
      x[i + 3] = (b - d) * scale;
    }
    for (int half = 4; half < width; half <<= 1) {
      for (int i = from; i < to; i += 2 * half) {
        butterflies(x, i, half);
      }
    }
  }

  private static void butterflies(float[] x, int from, int half) {
    for (int i = from; i < from + half; i++) {
      float a = x[i];
      float b = x[i + half];
      x[i] = a + b;
      x[i + half] = a - b;
    }
  }
}
