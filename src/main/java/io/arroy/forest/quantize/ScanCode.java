package io.arroy.forest.quantize;

/**
 * How the code of a point lies in memory that is found by its ordinal, for scans of any items:
 * three floats, the step, the step times the number of set bits, and the correction, as in a run of
 * {@link CodeLayout}; then the bits, the lowest of each byte first.
 */
public final class ScanCode {
  /** Where the step times the number of set bits lies. */
  static final int SUM = 4;

  /** Where the correction lies. */
  static final int CORRECTION = 8;

  /** Where the bits lie. */
  static final int BITS = 12;

  private ScanCode() {}

  /** Bytes of a code. */
  public static int bytes(int rotatedDimension) {
    return BITS + rotatedDimension / 8;
  }
}
