package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
  private final int[] words;
  private final float[] parts = new float[CodeKernels.PARTS];
  private int set;
  private double step;
  private double correction;

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
    this.words = new int[rotation.dimension() / 32];
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
    take(point, at, length);
    int slotBytes = CodeLayout.slotBytes(rotation.dimension());
    long bitsAt = CodeLayout.firstBits(slots, slot, slotBytes);
    for (int word = 0; word < words.length; word++) {
      int bits = words[word];
      for (int row = 4 * word; row < 4 * word + 4; row++) {
        run.set(ValueLayout.JAVA_BYTE, bitsAt + (long) CodeLayout.PAD * row, (byte) bits);
        bits >>>= 8;
      }
    }
    run.set(Layouts.INT, 4L * slot, ordinal);
    run.set(Layouts.FLOAT, CodeLayout.steps(slots) + 4L * slot, finite(step));
    run.set(Layouts.FLOAT, CodeLayout.sums(slots) + 4L * slot, finite(step * set));
    run.set(Layouts.FLOAT, CodeLayout.corrections(slots) + 4L * slot, finite(correction));
  }

  /**
   * Encodes a point by itself, as {@link ScanCode} says.
   *
   * @param point values from {@code at} on, {@code length} of them
   * @param codes the code goes there, from {@code codeAt} on
   */
  public void encode(float[] point, int at, int length, MemorySegment codes, long codeAt) {
    take(point, at, length);
    codes.set(Layouts.FLOAT, codeAt, finite(step));
    codes.set(Layouts.FLOAT, codeAt + ScanCode.SUM, finite(step * set));
    codes.set(Layouts.FLOAT, codeAt + ScanCode.CORRECTION, finite(correction));
    MemorySegment.copy(words, 0, codes, Layouts.INT, codeAt + ScanCode.BITS, words.length);
  }

  private void take(float[] point, int at, int length) {
    System.arraycopy(point, at, residual, 0, length);
    java.util.Arrays.fill(residual, length, residual.length, 0);
    rotation.rotate(residual);
    CodeKernels.BEST.signs(residual, centroid, parts, words);
    set = 0;
    for (int bits : words) {
      set += Integer.bitCount(bits);
    }
    double halfNorm = subtractHalfNorm ? parts[4] / 2 : 0;
    step = parts[1] > 0 ? (double) parts[0] / parts[1] : 0;
    correction = parts[2] - step * parts[3] - halfNorm;
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
