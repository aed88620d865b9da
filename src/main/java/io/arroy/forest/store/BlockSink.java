package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Where blocks are written to. For one thread at a time. */
public interface BlockSink {
  /** Blocks should not be longer than this: a larger one is held in memory whole while written. */
  int PREFERRED_BLOCK_BYTES = 1 << 24;

  /**
   * Stores a block, replacing one of the same key. The bytes are copied before this returns.
   *
   * @param key its name
   * @param value its bytes, on or off the heap, at least one and at most 1 GiB
   */
  void put(BlockKey key, MemorySegment value) throws IOException;

  /**
   * Asks whether the block that an earlier index has under this key can stay as it is; then it
   * needs no {@link #put}.
   */
  default boolean keep(BlockKey key) throws IOException {
    return false;
  }
}
