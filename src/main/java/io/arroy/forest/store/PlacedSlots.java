package io.arroy.forest.store;

import java.io.IOException;
import java.util.BitSet;

/**
 * The slots that vectors of unbuilt changes lie in already. Each must be free in the last build and
 * belong to one change, or a build would lose an item.
 */
public final class PlacedSlots {
  private final Ids.Cursor ids;
  private final int slots;
  private final BitSet taken = new BitSet();

  /**
   * Prepares to take slots.
   *
   * @param ids what the last build left in each slot
   */
  public PlacedSlots(Ids ids) {
    this.ids = ids.cursor();
    this.slots = ids.slots();
  }

  /**
   * Takes a slot.
   *
   * @param change the block that names it
   * @param slot one of a block of vectors that exists
   * @throws CorruptEnvironmentException if an item or another change has it
   */
  public void take(BlockKey change, int slot) throws IOException {
    int id = slot < slots ? ids.id(slot) : Ids.NONE;
    if (id != Ids.NONE) {
      throw new CorruptEnvironmentException(
          change + " has slot " + slot + ", in which item " + id + " is");
    }
    if (taken.get(slot)) {
      throw new CorruptEnvironmentException(
          change + " has slot " + slot + ", as has another change");
    }
    taken.set(slot);
  }
}
