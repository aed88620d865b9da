package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;

/**
 * Writes one-bit codes of points relative to a centroid: the signs of the rotated difference, and
 * the step that makes the estimated dot product unbiased, after RaBitQ (Gao and Long, "RaBitQ:
 * quantizing high-dimensional vectors with a theoretical error bound", SIGMOD 2024). Belongs to one
 * thread.
 */
public final class Encoder {

  private final Rotation rotation;
  private final boolean subtractHalfNorm;
  private final float[] residual;
  private final float[] centroid;

  /**
   * An encoder.
   *
   * @param subtractHalfNorm whether estimates are of the dot product less half the point's squared
   *     length, which ranks as Euclidean distance does, or of the dot product
   */
  public Encoder(Rotation rotation, boolean subtractHalfNorm) {
    this.rotation = rotation;
    this.subtractHalfNorm = subtractHalfNorm;
    this.residual = new float[rotation.dimension()];
    this.centroid = new float[rotation.dimension()];
  }

  /** Sets the centroid of the points to come. */
  public void centroid(float[] from, int at, int length) {
    System.arraycopy(from, at, centroid, 0, length);
    java.util.Arrays.fill(centroid, length, centroid.length, 0);
    rotation.rotate(centroid);
  }

  /**
   * Encodes a point.
   *
   * @param ordinal goes into the run's first column: what the caller wants back with the estimate
   * @param point values from {@code at} on, {@code length} of them
   * @param run the run's bytes, as {@link CodeLayout} says
   * @param slots slots of the run
   * @param slot where in the run it goes
   */
  public void encode(
      int ordinal, float[] point, int at, int length, MemorySegment run, int slots, int slot) {
    System.arraycopy(point, at, residual, 0, length);
    java.util.Arrays.fill(residual, length, residual.length, 0);
    rotation.rotate(residual);
    double squared = 0;
    double absolute = 0;
    double centred = 0;
    double halfNorm = 0;
    for (int i = 0; i < residual.length; i++) {
      float y = residual[i];
      float r = y - centroid[i];
      residual[i] = r;
      squared += (double) r * r;
      absolute += Math.abs(r);
      centred += (double) centroid[i] * r;
      halfNorm += (double) y * y;
    }
    double step = absolute > 0 ? squared / absolute : 0;
    double signed = 0;
    int set = 0;
    for (int word = 0; word < residual.length / 32; word++) {
      int bits = 0;
      for (int i = 0; i < 32; i++) {
        float r = residual[32 * word + i];
        float c = centroid[32 * word + i];
        if (r >= 0) {
          bits |= 1 << i;
          signed += c;
        } else {
          signed -= c;
        }
      }
      set += Integer.bitCount(bits);
      run.set(Layouts.INT, CodeLayout.bits(slots) + 4L * ((long) word * slots + slot), bits);
    }
    double correction = centred - step * signed - (subtractHalfNorm ? halfNorm / 2 : 0);
    run.set(Layouts.INT, 4L * slot, ordinal);
    run.set(Layouts.FLOAT, CodeLayout.steps(slots) + 4L * slot, finite(step));
    run.set(Layouts.FLOAT, CodeLayout.sums(slots) + 4L * slot, finite(step * set));
    run.set(Layouts.FLOAT, CodeLayout.corrections(slots) + 4L * slot, finite(correction));
  }

  /** Marks a slot as padding. */
  public static void pad(MemorySegment run, int slot) {
    run.set(Layouts.INT, 4L * slot, -1);
  }

  /** Estimates of points whose values overflow are useless but must stay numbers. */
  private static float finite(double value) {
    return (float) Math.max(-Float.MAX_VALUE / 4, Math.min(Float.MAX_VALUE / 4, value));
  }
}
