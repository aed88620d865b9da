package io.arroy.forest.quantize;

import io.arroy.forest.distance.FloatKernels;
import java.lang.foreign.MemorySegment;

/** The inner loop over codes. Stateless and safe for use by many threads. */
public abstract sealed class CodeKernels permits SimdCodeKernels, ScalarCodeKernels {
  /** The fastest kernels this JVM can run. */
  public static final CodeKernels BEST = best();

  /** How many sums {@link #signs} takes. */
  static final int PARTS = 5;

  private static CodeKernels best() {
    return FloatKernels.hasSimd() ? new SimdCodeKernels() : new ScalarCodeKernels();
  }

  /**
   * Estimates the dot products of a query and the points of a run, each less what its code was told
   * to subtract.
   *
   * @param query the query
   * @param base the exact dot product of the query and the run's centroid
   * @param run the run's bytes, as {@link CodeLayout} says
   * @param slots slots of the run
   * @param from first slot, a multiple of {@link CodeLayout#PAD}
   * @param to one past the last slot, likewise
   * @param out the estimate of slot {@code i} goes to {@code out[i - from]}; in padding anything
   */
  public abstract void estimate(
      QueryCode query, float base, MemorySegment run, int slots, int from, int to, float[] out);

  /**
   * Takes the signs of the difference {@code r = point - centroid}, bit 1 where it is not negative,
   * and what a code's corrections are made of.
   *
   * @param point rotated, a multiple of 32 long
   * @param centroid rotated, of the same length
   * @param parts becomes the sums of r squared, of |r|, of r times centroid, of centroid times the
   *     sign of r, and of point squared
   * @param words becomes the signs, 32 to a word
   */
  abstract void signs(float[] point, float[] centroid, float[] parts, int[] words);
}
