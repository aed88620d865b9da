package io.arroy.forest.tree;

import io.arroy.forest.quantize.CodeLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Which leaves of a new tree go on with the centroid of a stored tree's leaf, so that the codes of
 * its items stay what they are. In such a leaf these items come first, in their old order.
 *
 * @param from the stored tree
 * @param ordinals the new ordinal of each of its items, -1 for those that are gone
 * @param leafOf the stored leaf of each new one, -1 for leaves that are new
 */
record KeptLeaves(StoredLeaves from, int[] ordinals, int[] leafOf) {
  /**
   * Whether a block of the new tree is stored: under the same number, with the same leaves, and the
   * same items in them under the same ordinals.
   */
  boolean isStored(TreeTable table, int block) throws IOException {
    TreeTable stored = from.table();
    if (table.blockNumbers() == null || stored.blockNumbers() == null) {
      return false;
    }
    int first = table.blockStarts()[block];
    int storedFirst = leafOf[first];
    if (storedFirst < 0) {
      return false;
    }
    int storedBlock = stored.blockOf(storedFirst);
    if (stored.blockStarts()[storedBlock] != storedFirst
        || stored.blockNumber(storedBlock) != table.blockNumber(block)
        || stored.blockLeaves(storedBlock) != table.blockLeaves(block)) {
      return false;
    }
    StoredLeaves.Cursor cursor = from.cursor();
    for (int i = 0; i < table.blockLeaves(block); i++) {
      if (leafOf[first + i] != storedFirst + i
          || table.leafItems(first + i) != stored.leafItems(storedFirst + i)
          || !cursor.allStay(storedFirst + i, ordinals)) {
        return false;
      }
    }
    return true;
  }

  /** Copies codes for one thread. */
  final class Copier {
    private final StoredLeaves.Cursor cursor = from.cursor();

    /** The stored leaf that a new one goes on with, or -1. */
    int leaf(int leaf) {
      return leafOf[leaf];
    }

    /** Copies a stored leaf's centroid to {@code into[at..]}. */
    void centroid(int stored, float[] into, int at) throws IOException {
      cursor.centroid(stored, into, at);
    }

    /** How many of a stored leaf's items are still there. */
    int staying(int stored) throws IOException {
      MemorySegment old = cursor.run(stored);
      int staying = 0;
      for (int slot = 0; slot < from.table().leafItems(stored); slot++) {
        if (ordinals[cursor.ordinal(old, slot)] >= 0) {
          staying++;
        }
      }
      return staying;
    }

    /**
     * Copies the codes of a stored leaf's items that are still there.
     *
     * @param run the new leaf's bytes
     * @param slots its slots
     * @return how many were copied, into the first slots
     */
    int codes(int stored, MemorySegment run, int slots) throws IOException {
      MemorySegment old = cursor.run(stored);
      int oldSlots = from.table().leafSlots(stored);
      int copied = 0;
      for (int slot = 0; slot < from.table().leafItems(stored); slot++) {
        int ordinal = ordinals[cursor.ordinal(old, slot)];
        if (ordinal >= 0) {
          CodeLayout.copy(ordinal, old, oldSlots, slot, run, slots, copied++, from.slotBytes());
        }
      }
      return copied;
    }
  }
}
