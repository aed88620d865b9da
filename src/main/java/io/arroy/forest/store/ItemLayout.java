package io.arroy.forest.store;

/**
 * Where the items of an index lie. Each has an ordinal, and vectors, ids and leaves are stored by
 * ordinal.
 *
 * <p><em>Packed</em>: ordinals are 0 to {@code count - 1} in ascending order of the ids, in blocks
 * of up to 16 MiB; written once, as in a segment of Lucene. <em>Slotted</em>: an ordinal is a slot,
 * in blocks of up to 1 MiB. A deleted item leaves its slot free and another takes it, so that a
 * change moves no other item; ids are in any order, and their order is stored beside them.
 *
 * @param slots number of ordinals, at least the number of items
 * @param order which ids the ordinals have
 * @param vectorShift binary logarithm of the number of vectors in a full block
 * @param numberShift binary logarithm of the number of int32 in a full block of ids or ordinals
 */
public record ItemLayout(int slots, Order order, int vectorShift, int numberShift) {
  private static final int PACKED_BLOCK_BYTES = BlockSink.PREFERRED_BLOCK_BYTES;
  private static final int SLOTTED_BLOCK_BYTES = 1 << 20;

  /** Which ids the ordinals have. The number of each is its stored form. */
  public enum Order {
    /** Any, and some ordinals none: ids are stored, and their order. */
    SORTED,
    /** Ascending ones: ids are stored. */
    ASCENDING,
    /** Their own: ids are not stored. */
    DENSE
  }

  /** Checks the ranges. */
  public ItemLayout {
    if (slots < 0 || vectorShift < 0 || vectorShift > 30 || numberShift < 0 || numberShift > 30) {
      throw new IllegalArgumentException(
          "slots " + slots + ", vectorShift " + vectorShift + ", numberShift " + numberShift);
    }
  }

  /** The packed layout of so many items. */
  public static ItemLayout packed(IndexDescription description, int count, boolean dense) {
    return of(description, count, dense ? Order.DENSE : Order.ASCENDING, PACKED_BLOCK_BYTES);
  }

  /** The slotted layout of so many slots. */
  public static ItemLayout slotted(IndexDescription description, int slots, Order order) {
    return of(description, slots, order, SLOTTED_BLOCK_BYTES);
  }

  /**
   * A slotted layout as it is stored: blocks may be as large as those of the packed one, where an
   * index began like that.
   *
   * @throws IllegalArgumentException if no layout of these vectors is like that
   */
  static ItemLayout stored(
      IndexDescription description, int slots, Order order, int vectorShift, int numberShift) {
    ItemLayout stored = new ItemLayout(slots, order, vectorShift, numberShift);
    if (!stored.equals(slotted(description, slots, order))
        && !stored.equals(of(description, slots, order, PACKED_BLOCK_BYTES))) {
      throw new IllegalArgumentException(stored + " for vectors of " + description.vectorBytes());
    }
    return stored;
  }

  private static ItemLayout of(IndexDescription description, int slots, Order order, int bytes) {
    int most = Math.max(1, bytes / description.vectorBytes());
    int vectorShift = 31 - Integer.numberOfLeadingZeros(most);
    return new ItemLayout(slots, order, vectorShift, 29 - Integer.numberOfLeadingZeros(bytes));
  }

  /** Whether its blocks are those of the packed layout. */
  public boolean isPacked() {
    return blockBytes() == PACKED_BLOCK_BYTES;
  }

  /** Vectors in a full block. */
  public int vectorsPerBlock() {
    return 1 << vectorShift;
  }

  /** Ids or ordinals in a full block. */
  public int numbersPerBlock() {
    return 1 << numberShift;
  }

  /** Bytes that a block should not exceed. */
  public int blockBytes() {
    return 4 << numberShift;
  }

  /** Blocks of vectors. */
  public int vectorBlocks() {
    return blocks(slots, vectorShift);
  }

  /** Blocks of one number each of so many items or slots. */
  public int numberBlocks(int numbers) {
    return blocks(numbers, numberShift);
  }

  private static int blocks(int entries, int shift) {
    return (int) ((entries + (1L << shift) - 1) >>> shift);
  }
}
