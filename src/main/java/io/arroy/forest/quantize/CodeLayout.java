package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the codes of a run of points lie in memory, little-endian, for a run padded to a multiple of
 * {@value #PAD} slots:
 *
 * <ol>
 *   <li>an int32 a slot: the ordinal, -1 in padding;
 *   <li>a float a slot: the step, how long one code bit is;
 *   <li>a float a slot: the step times the number of set bits;
 *   <li>a float a slot: the correction, what the code leaves out that does not depend on the query;
 *   <li>the bits: for every {@value #PAD} slots a table of bytes. Each of its rows holds eight
 *       coordinates, a byte a slot, so that the same coordinates of neighbouring points are
 *       neighbours and are looked up at once. The first half of the slots have the even columns,
 *       the second half the odd ones: sums of pairs of bytes come out in order of slots.
 * </ol>
 */
public final class CodeLayout {
  /** Slots come in multiples of this. */
  public static final int PAD = 16;

  private static final int COLUMNS = 4;

  private CodeLayout() {}

  /** Slots of a run of points. */
  public static int slots(int points) {
    return (points + PAD - 1) & -PAD;
  }

  /** Bytes that hold the bits of one code. */
  public static int bitBytes(int rotatedDimension) {
    return rotatedDimension / 8;
  }

  /** Bytes of one slot. */
  public static int slotBytes(int rotatedDimension) {
    return 4 * COLUMNS + bitBytes(rotatedDimension);
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

  /** The step of a code. */
  public static float step(MemorySegment run, int slots, int slot) {
    return run.get(Layouts.FLOAT, steps(slots) + 4L * slot);
  }

  /** The step of a code times the number of its set bits. */
  public static float sum(MemorySegment run, int slots, int slot) {
    return run.get(Layouts.FLOAT, sums(slots) + 4L * slot);
  }

  /** The correction of a code. */
  public static float correction(MemorySegment run, int slots, int slot) {
    return run.get(Layouts.FLOAT, corrections(slots) + 4L * slot);
  }

  /** Where the table starts that holds the bits of a slot. */
  static long table(int slots, int slot, int slotBytes) {
    return 16L * slots + (long) (slotBytes - 4 * COLUMNS) * (slot & -PAD);
  }

  /** Where the first bits of a slot are; the next are {@value #PAD} bytes further each time. */
  static long firstBits(int slots, int slot, int slotBytes) {
    int at = slot & (PAD - 1);
    int column = at < PAD / 2 ? 2 * at : 2 * at - PAD + 1;
    return table(slots, slot, slotBytes) + column;
  }

  /**
   * The bits of eight coordinates of a code, the lowest bit first.
   *
   * @param slotBytes bytes of a slot of the run
   * @param row counts the eights of coordinates, from 0
   */
  public static byte bits(MemorySegment run, int slots, int slot, int slotBytes, int row) {
    return run.get(ValueLayout.JAVA_BYTE, firstBits(slots, slot, slotBytes) + (long) PAD * row);
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
    for (int column = 1; column < COLUMNS; column++) {
      int value = from.get(Layouts.INT, 4L * ((long) column * fromSlots + fromSlot));
      to.set(Layouts.INT, 4L * ((long) column * toSlots + toSlot), value);
    }
    long fromAt = firstBits(fromSlots, fromSlot, slotBytes);
    long toAt = firstBits(toSlots, toSlot, slotBytes);
    for (int row = 0; row < slotBytes - 4 * COLUMNS; row++) {
      byte bits = from.get(ValueLayout.JAVA_BYTE, fromAt + (long) PAD * row);
      to.set(ValueLayout.JAVA_BYTE, toAt + (long) PAD * row, bits);
    }
  }
}
