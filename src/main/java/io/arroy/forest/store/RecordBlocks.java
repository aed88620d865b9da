package io.arroy.forest.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the blocks of a list of records of equal length. */
final class RecordBlocks {
  private RecordBlocks() {}

  /**
   * All blocks of a list.
   *
   * @param first the first of them; the others have the numbers after
   * @param count how many records the list has
   * @param recordBytes bytes of a record
   * @param shift binary logarithm of the records in a full block
   * @throws CorruptEnvironmentException if a block is missing or has the wrong length
   */
  static Block[] find(BlockSource source, BlockKey first, int count, int recordBytes, int shift)
      throws IOException {
    // No array for as many as are claimed: there may be fewer.
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; (long) i << shift < count; i++) {
      long length = recordBytes * Math.min(1L << shift, count - ((long) i << shift));
      blocks.add(source.get(first.after(i), length));
    }
    return blocks.toArray(Block[]::new);
  }
}
