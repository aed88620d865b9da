package io.arroy.forest.quantize;

import io.arroy.forest.distance.FloatKernels;
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

  /** Random signs, and where a round transforms, what keeps lengths as they are. */
  private final float[] factors;

  /**
   * The rotation for points of so many coordinates.
   *
   * @param dimension 1 or more; {@link #dimension()} is the next multiple of 32
   */
  public Rotation(int dimension) {
    this.dimension = (dimension + 31) & -32;
    this.width = Integer.highestOneBit(this.dimension);
    this.factors = new float[ROUNDS * this.dimension];
    float scale = (float) (1 / Math.sqrt(width));
    SplittableRandom random = new SplittableRandom(this.dimension);
    for (int i = 0; i < factors.length; i++) {
      int at = i % this.dimension - start(i / this.dimension);
      float factor = at >= 0 && at < width ? scale : 1;
      factors[i] = random.nextBoolean() ? factor : -factor;
    }
  }

  /** Where a round's transform starts. */
  private int start(int round) {
    return round % 2 == 0 ? 0 : dimension - width;
  }

  /** Coordinates of a rotated vector. */
  public int dimension() {
    return dimension;
  }

  /** Rotates {@code x} in place: {@link #dimension()} values, those past the vector's own 0. */
  public void rotate(float[] x) {
    for (int round = 0; round < ROUNDS; round++) {
      int first = round * dimension;
      for (int i = 0; i < dimension; i++) {
        x[i] *= factors[first + i];
      }
      FloatKernels.BEST.hadamard(x, start(round), width);
    }
  }
}
