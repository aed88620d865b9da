package io.arroy.forest.search;

import java.util.Arrays;

/** A set of ordinals as an open-addressing hash table; grows with what it holds. */
final class OrdinalSet {
  private int[] slots;
  private int size;

  OrdinalSet(int expected) {
    slots = table(Integer.highestOneBit(Math.max(32, Math.min(expected, 1 << 28))) * 4);
  }

  private static int[] table(int length) {
    int[] table = new int[length];
    Arrays.fill(table, -1);
    return table;
  }

  /** Adds an ordinal, 0 or more; whether it was not there. */
  boolean add(int ordinal) {
    if (!insert(slots, ordinal)) {
      return false;
    }
    if (++size * 2L > slots.length) {
      int[] grown = table(slots.length * 2);
      for (int held : slots) {
        if (held >= 0) {
          insert(grown, held);
        }
      }
      slots = grown;
    }
    return true;
  }

  /** Whether an ordinal was added. */
  boolean contains(int ordinal) {
    return !isNew(slots, ordinal, false);
  }

  private static boolean insert(int[] table, int ordinal) {
    return isNew(table, ordinal, true);
  }

  private static boolean isNew(int[] table, int ordinal, boolean insert) {
    int mask = table.length - 1;
    // Fibonacci hashing (Knuth, TAOCP 3, 6.4) spreads runs of ordinals over the table.
    int slot = (ordinal * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(mask);
    while (table[slot] != -1) {
      if (table[slot] == ordinal) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    if (insert) {
      table[slot] = ordinal;
    }
    return true;
  }
}
