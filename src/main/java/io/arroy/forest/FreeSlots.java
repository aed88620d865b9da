package io.arroy.forest;

import io.arroy.forest.store.Ids;
import java.util.Arrays;

/** Finds slots for new items, in as few blocks as possible. */
final class FreeSlots {
  private final int[] idOf;
  private final int perBlock;
  private final int leastFree;

  /**
   * Looks for free slots.
   *
   * @param idOf the id in each slot, {@link Ids#NONE} in a free one
   * @param perBlock slots of a full block
   * @param leastFree a block takes items when at least this part of it is free
   */
  FreeSlots(int[] idOf, int perBlock, int leastFree) {
    this.idOf = idOf;
    this.perBlock = perBlock;
    this.leastFree = Math.max(1, perBlock / leastFree);
  }

  /** So many slots, ascending: those of the emptiest blocks, and then new ones. */
  int[] take(int wanted) {
    int[] taken = new int[wanted];
    int blocks = (int) (((long) idOf.length + perBlock - 1) / perBlock);
    int count = 0;
    for (long candidate : emptiest(blocks)) {
      int block = (int) candidate;
      int end = (int) Math.min(Integer.MAX_VALUE, (block + 1L) * perBlock);
      for (int slot = block * perBlock; slot < end && count < wanted; slot++) {
        if (isFree(slot)) {
          taken[count++] = slot;
        }
      }
    }
    for (int slot = blocks * perBlock; count < wanted; slot++) {
      taken[count++] = slot;
    }
    Arrays.sort(taken);
    return taken;
  }

  /** The blocks that take items, the emptiest first: minus how many, above the block's number. */
  private long[] emptiest(int blocks) {
    long[] found = new long[blocks];
    int count = 0;
    for (int block = 0; block < blocks; block++) {
      long free = 0;
      for (int slot = block * perBlock; slot - block * perBlock < perBlock; slot++) {
        free += isFree(slot) ? 1 : 0;
      }
      boolean isShort = (block + 1L) * perBlock > idOf.length;
      if (free >= leastFree || (isShort && free > 0)) {
        found[count++] = -free << 32 | block;
      }
    }
    long[] sorted = Arrays.copyOf(found, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private boolean isFree(int slot) {
    return slot >= idOf.length || idOf[slot] == Ids.NONE;
  }
}
