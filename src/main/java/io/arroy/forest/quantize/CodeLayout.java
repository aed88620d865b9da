package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;

/**
 * How the codes of a run of points lie in memory, little-endian, for a run padded to a multiple of
 * {@value #PAD} slots:
 *
 * <ol>
 *   <li>an int32 a slot: the ordinal, -1 in padding;
 *   <li>a float a slot: the step, how long one code bit is;
 *   <li>a float a slot: the step times the number of set bits;
 *   <li>a float a slot: the correction, what the code leaves out that does not depend on the query;
 *   <li>the bits: for every 32 coordinates an int32 a slot, so that equal bits of neighbouring
 *       points are neighbours and are compared at once.
 * </ol>
 */
public final class CodeLayout {
  /** Slots come in multiples of this. */
  public static final int PAD = 8;

  private static final int COLUMNS = 4;

  private CodeLayout() {}

  /** Slots of a run of points. */
  public static int slots(int points) {
    return (points + PAD - 1) & -PAD;
  }

  /** 32-bit words of one code. */
  public static int words(int rotatedDimension) {
    return rotatedDimension / 32;
  }

  /** Bytes of one slot. */
  public static int slotBytes(int rotatedDimension) {
    return 4 * (COLUMNS + words(rotatedDimension));
  }

  /** Where the steps start, in bytes from the run's first. */
  public static long steps(int slots) {
    return 4L * slots;
  }

  /** Where the steps times set bits start. */
  public static long sums(int slots) {
    return 8L * slots;
  }

  /** Where the corrections start. */
  public static long corrections(int slots) {
    return 12L * slots;
  }

  /** Where the bits start. */
  public static long bits(int slots) {
    return 16L * slots;
  }

  /**
   * Copies one code from a run to another, bit by bit the same.
   *
   * @param ordinal goes into the first column instead of what is there
   * @param slotBytes bytes of a slot, in both runs
   */
  public static void copy(
      int ordinal,
      MemorySegment from,
      int fromSlots,
      int fromSlot,
      MemorySegment to,
      int toSlots,
      int toSlot,
      int slotBytes) {
    to.set(Layouts.INT, 4L * toSlot, ordinal);
    int columns = slotBytes / 4;
    for (int column = 1; column < columns; column++) {
      int value = from.get(Layouts.INT, 4L * ((long) column * fromSlots + fromSlot));
      to.set(Layouts.INT, 4L * ((long) column * toSlots + toSlot), value);
    }
  }
}
