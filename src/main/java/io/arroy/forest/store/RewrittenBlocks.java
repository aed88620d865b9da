package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the blocks of an index in place of earlier ones: what did not change is not written again,
 * and what has no successor is deleted.
 */
public final class RewrittenBlocks implements BlockSink {
  private final IndexBlocks before;
  private final WriteTransaction transaction;
  private final Set<BlockKey> put = new HashSet<>();

  /**
   * Starts to rewrite an index.
   *
   * @param before its blocks
   * @param transaction where they are, and where the new ones go
   */
  public RewrittenBlocks(IndexBlocks before, WriteTransaction transaction) {
    this.before = before;
    this.transaction = transaction;
  }

  @Override
  public void put(BlockKey key, MemorySegment value) throws IOException {
    if (put.add(key) && isStored(key, value)) {
      return;
    }
    transaction.put(key, value);
  }

  @Override
  public boolean keep(BlockKey key) {
    return before.find(key).isPresent() && put.add(key);
  }

  /** Deletes the earlier blocks that none was put for. */
  public void finish() throws IOException {
    for (BlockKey key : before.keys()) {
      if (!put.contains(key)) {
        transaction.delete(key);
      }
    }
  }

  private boolean isStored(BlockKey key, MemorySegment value) throws IOException {
    Optional<Block> stored = before.find(key);
    return stored.isPresent()
        && stored.get().length() == value.byteSize()
        && stored.get().cursor().read(0, (int) value.byteSize()).mismatch(value) == -1;
  }
}
