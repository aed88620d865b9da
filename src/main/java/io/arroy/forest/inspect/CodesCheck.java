package io.arroy.forest.inspect;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.Encoder;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.quantize.ScanCode;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.Points;
import java.lang.foreign.MemorySegment;

/**
 * Checks codes by making them again. Sums depend a little on the processor that made them, so
 * numbers may differ by rounding, and so may bits of coordinates next to zero. Belongs to one
 * thread.
 */
final class CodesCheck {
  private static final float TOLERANCE = 1e-3f;
  private static final float SUM_TOLERANCE = 1e-5f;

  /** Steps below this share of the points' length are rounding, and their bits say nothing. */
  private static final float NOISE = 1e-5f;

  private static final int SLOTS = CodeLayout.PAD;

  private final Encoder encoder;
  private final boolean subtractsHalfNorm;
  private final int dimension;
  private final int slotBytes;
  private final int rows;
  private final MemorySegment again;
  private double centroidLength;

  CodesCheck(IndexDescription description) {
    this.dimension = Points.dimension(description);
    Rotation rotation = new Rotation(dimension);
    this.subtractsHalfNorm = Points.subtractsHalfNorm(description.distance());
    this.encoder = new Encoder(rotation, subtractsHalfNorm);
    this.slotBytes = CodeLayout.slotBytes(rotation.dimension());
    this.rows = CodeLayout.bitBytes(rotation.dimension());
    this.again = MemorySegment.ofArray(new byte[SLOTS * slotBytes]);
  }

  /** Sets the centroid of the codes to come. */
  void centroid(float[] from, int at) {
    encoder.centroid(from, at, dimension);
    centroidLength = length(from, at);
  }

  /** Checks the code of a leaf's centroid, and the measure beside it. */
  void checkCentroid(MemorySegment run, int slots, int slot, float[] point, String where)
      throws CorruptEnvironmentException {
    float squaredNorm = FloatKernels.BEST.dot(point, 0, point, 0, dimension);
    double expected = Points.measure(subtractsHalfNorm, squaredNorm);
    float measure = run.get(Layouts.FLOAT, 4L * slot);
    if (!near(measure, expected, TOLERANCE * expected)) {
      throw corrupt(where, "the code of its centroid", "measure", measure, expected);
    }
    check(run, slots, slot, point, where, "the code of its centroid");
  }

  /** Checks the code of an item. */
  void checkItem(MemorySegment run, int slots, int slot, float[] point, int ordinal, String where)
      throws CorruptEnvironmentException {
    check(run, slots, slot, point, where, "the code of ordinal " + ordinal);
  }

  /** Checks a code by ordinal. */
  void checkScanCode(MemorySegment codes, long at, float[] point, int ordinal)
      throws CorruptEnvironmentException {
    encoder.encode(point, 0, dimension, again, 0);
    byte[] bits = new byte[rows];
    byte[] expected = new byte[rows];
    for (int row = 0; row < rows; row++) {
      bits[row] = ScanCode.bits(codes, at, row);
      expected[row] = ScanCode.bits(again, 0, row);
    }
    check(
        new Code(
            ScanCode.step(codes, at),
            ScanCode.sum(codes, at),
            ScanCode.correction(codes, at),
            bits),
        new Code(ScanCode.step(again, 0), 0, ScanCode.correction(again, 0), expected),
        length(point, 0),
        "scan codes",
        "the code of ordinal " + ordinal);
  }

  private void check(
      MemorySegment run, int slots, int slot, float[] point, String where, String what)
      throws CorruptEnvironmentException {
    encoder.encode(0, point, 0, dimension, again, SLOTS, 0);
    check(code(run, slots, slot), code(again, SLOTS, 0), length(point, 0), where, what);
  }

  private Code code(MemorySegment run, int slots, int slot) {
    byte[] bits = new byte[rows];
    for (int row = 0; row < rows; row++) {
      bits[row] = CodeLayout.bits(run, slots, slot, slotBytes, row);
    }
    return new Code(
        CodeLayout.step(run, slots, slot),
        CodeLayout.sum(run, slots, slot),
        CodeLayout.correction(run, slots, slot),
        bits);
  }

  private void check(Code code, Code expected, double pointLength, String where, String what)
      throws CorruptEnvironmentException {
    double length = centroidLength + pointLength;
    if (!near(code.step, expected.step, TOLERANCE * expected.step + NOISE * length)) {
      throw corrupt(where, what, "step", code.step, expected.step);
    }
    int set = 0;
    int different = 0;
    for (int row = 0; row < rows; row++) {
      set += Integer.bitCount(code.bits[row] & 0xFF);
      different += Integer.bitCount((code.bits[row] ^ expected.bits[row]) & 0xFF);
    }
    double expectedSum = (double) code.step * set;
    // Numbers that overflow are clamped one by one, after which they need not fit each other.
    boolean clamped = !(Math.abs(expectedSum) < Float.MAX_VALUE / 8);
    if (!clamped && !near(code.sum, expectedSum, SUM_TOLERANCE * Math.abs(expectedSum))) {
      throw corrupt(where, what, "sum of its " + set + " bits", code.sum, expectedSum);
    }
    double tolerance = TOLERANCE * length * length;
    if (!near(code.correction, expected.correction, tolerance)) {
      throw corrupt(where, what, "correction", code.correction, expected.correction);
    }
    if (expected.step > NOISE * length && different > 1 + rows / 4) {
      throw new CorruptEnvironmentException(
          where + ": " + what + " differs from its point in " + different + " bits");
    }
  }

  /** The parts of a code. */
  private record Code(float step, float sum, float correction, byte[] bits) {}

  private double length(float[] point, int at) {
    return Math.sqrt(FloatKernels.BEST.dot(point, at, point, at, dimension));
  }

  /** Not a number is near itself: what overflows is stored as it comes. */
  private static boolean near(float stored, double expected, double tolerance) {
    return Float.compare(stored, (float) expected) == 0 || Math.abs(stored - expected) <= tolerance;
  }

  private static CorruptEnvironmentException corrupt(
      String where, String what, String name, double stored, double expected) {
    return new CorruptEnvironmentException(
        where
            + ": "
            + what
            + " has "
            + name
            + " "
            + (float) stored
            + ", expected about "
            + (float) expected);
  }
}
