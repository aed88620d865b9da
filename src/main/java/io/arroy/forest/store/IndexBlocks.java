package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The blocks of an index as they are when a transaction starts to rewrite them: they can be read
 * until it ends, although others take their place.
 *
 * <p>LMDB leaves the pages of committed blocks alone until the transaction that freed them has
 * ended. What the same transaction wrote before is copied.
 */
public final class IndexBlocks implements BlockSource {
  private final TreeMap<BlockKey, Block> blocks = new TreeMap<>();

  /**
   * Finds the blocks of an index but its changes.
   *
   * @param vectors whether also those of vectors
   */
  public IndexBlocks(WriteTransaction transaction, int index, boolean vectors) throws IOException {
    boolean copy = transaction.rewrote(index);
    Set<BlockKind> kinds = EnumSet.complementOf(EnumSet.of(BlockKind.CHANGES));
    if (!vectors) {
      kinds.remove(BlockKind.VECTORS);
    }
    for (BlockKind kind : kinds) {
      for (BlockKey key : transaction.keys(kind, index)) {
        Block block = transaction.get(key);
        blocks.put(key, copy ? copyOf(block) : block);
      }
    }
  }

  @Override
  public Optional<Block> find(BlockKey key) {
    return Optional.ofNullable(blocks.get(key));
  }

  /** The names of all, in order. */
  public Set<BlockKey> keys() {
    return Collections.unmodifiableSet(blocks.keySet());
  }

  private static Block copyOf(Block block) throws IOException {
    MemorySegment bytes = block.cursor().read(0, Math.toIntExact(block.length()));
    return new SegmentBlock(MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE)));
  }
}
