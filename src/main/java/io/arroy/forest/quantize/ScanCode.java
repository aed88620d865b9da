package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

  /** The step of a code that lies in {@code codes} from {@code at} on. */
  public static float step(MemorySegment codes, long at) {
    return codes.get(Layouts.FLOAT, at);
  }

  /** The step times the number of set bits. */
  public static float sum(MemorySegment codes, long at) {
    return codes.get(Layouts.FLOAT, at + SUM);
  }

  /** The correction. */
  public static float correction(MemorySegment codes, long at) {
    return codes.get(Layouts.FLOAT, at + CORRECTION);
  }

  /**
   * The bits of eight coordinates, the lowest bit first.
   *
   * @param row counts the eights of coordinates, from 0
   */
  public static byte bits(MemorySegment codes, long at, int row) {
    return codes.get(ValueLayout.JAVA_BYTE, at + BITS + row);
  }
}
