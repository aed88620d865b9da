package io.arroy.forest.inspect;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemsHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A change that is not built.
 *
 * @param vector what was put, as stored; null if the item is gone
 * @param slot where that lies already, or -1
 */
record StoredChange(MemorySegment vector, int slot) {
  private static final byte DELETED = 0;
  private static final byte PUT = 1;
  private static final byte PLACED = 2;

  /**
   * Reads a change.
   *
   * @throws CorruptEnvironmentException if it is none, or names a slot that does not exist
   */
  static StoredChange read(BlockSource source, ItemsHeader items, BlockKey key) throws IOException {
    int vectorBytes = items.description().vectorBytes();
    Block block = source.get(key);
    int length = Math.toIntExact(block.length());
    MemorySegment bytes = block.cursor().read(0, length);
    byte what = bytes.get(ValueLayout.JAVA_BYTE, 0);
    if (what == DELETED && length == 1) {
      return new StoredChange(null, -1);
    }
    if (what == PUT && length == 1 + vectorBytes) {
      return new StoredChange(bytes.asSlice(1), -1);
    }
    if (what == PLACED && length == 1 + Integer.BYTES && !items.isPacked()) {
      int slot = bytes.get(Layouts.INT, 1);
      return new StoredChange(placed(source, items, key, slot), slot);
    }
    throw new CorruptEnvironmentException(
        key + " is " + length + " bytes long and starts with " + what);
  }

  private static MemorySegment placed(BlockSource source, ItemsHeader items, BlockKey key, int slot)
      throws IOException {
    if (slot < 0) {
      throw new CorruptEnvironmentException(key + " has slot " + slot);
    }
    int perBlock = items.layout().vectorsPerBlock();
    int vectorBytes = items.description().vectorBytes();
    int index = items.description().index();
    BlockKey at = new BlockKey(BlockKind.VECTORS, index, 0, slot / perBlock);
    Block vectors = source.get(at);
    long offset = (long) (slot % perBlock) * vectorBytes;
    if (vectors.length() < offset + vectorBytes) {
      throw new CorruptEnvironmentException(
          key + " has slot " + slot + ", beyond " + at + " of " + vectors.length() + " bytes");
    }
    return vectors.cursor().read(offset, vectorBytes);
  }
}
