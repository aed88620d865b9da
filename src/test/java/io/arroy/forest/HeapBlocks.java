package io.arroy.forest;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Blocks on the heap: the least that an index needs to be built and searched. */
public final class HeapBlocks implements BlockSink, BlockCatalog {
  private final Map<BlockKey, byte[]> blocks = new TreeMap<>();

  @Override
  public synchronized void put(BlockKey key, MemorySegment value) {
    blocks.put(key, value.toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public synchronized Optional<Block> find(BlockKey key) {
    byte[] bytes = blocks.get(key);
    return bytes == null ? Optional.empty() : Optional.of(new HeapBlock(bytes));
  }

  @Override
  public synchronized List<BlockKey> keys() {
    return List.copyOf(blocks.keySet());
  }

  /** The stored blocks; changing them changes what is read. */
  public synchronized Map<BlockKey, byte[]> blocks() {
    return blocks;
  }

  /** Whether two hold the same keys and bytes. */
  public boolean sameAs(HeapBlocks other) {
    if (!blocks.keySet().equals(other.blocks.keySet())) {
      return false;
    }
    return blocks.entrySet().stream()
        .allMatch(entry -> Arrays.equals(entry.getValue(), other.blocks.get(entry.getKey())));
  }

  private record HeapBlock(byte[] bytes) implements Block {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public boolean copies() {
      return false;
    }

    @Override
    public Cursor cursor() {
      MemorySegment segment = MemorySegment.ofArray(bytes).asReadOnly();
      return (offset, length) -> segment.asSlice(offset, length);
    }
  }
}
