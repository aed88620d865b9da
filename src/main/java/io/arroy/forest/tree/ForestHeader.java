package io.arroy.forest.tree;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is stored of an index's forest: block {@code META}, number {@value #NUMBER}.
 *
 * @param items number of items it was built over
 * @param trees number of trees, 0 where searches scan all items
 * @param leafSize items a leaf should hold
 * @param seed where the choices of the build came from
 * @param scanCodes whether there are {@link ScanCodes}
 */
public record ForestHeader(int items, int trees, int leafSize, long seed, boolean scanCodes) {
  /** The block's number among the META blocks of its index. */
  public static final int NUMBER = 1;

  private static final int WITHOUT_SCAN_CODES = 2;
  private static final int WITH_SCAN_CODES = 3;
  private static final int BYTES = 4 + 4 + 4 + 4 + 8;

  /** Writes this header. */
  void write(int index, BlockSink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(scanCodes ? WITH_SCAN_CODES : WITHOUT_SCAN_CODES);
    buffer.putInt(items).putInt(trees).putInt(leafSize).putLong(seed);
    sink.put(key(index), MemorySegment.ofArray(buffer.array()));
  }

  /**
   * Reads the header of an index.
   *
   * @throws CorruptEnvironmentException if it is missing or holds what it cannot
   */
  public static ForestHeader read(BlockSource source, int index) throws IOException {
    Block block = source.get(key(index));
    if (block.length() != BYTES) {
      throw corrupt(index, "is " + block.length() + " bytes long, not " + BYTES);
    }
    ByteBuffer buffer = block.cursor().read(0, BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int version = buffer.getInt();
    if (version != WITHOUT_SCAN_CODES && version != WITH_SCAN_CODES) {
      throw corrupt(
          index,
          "has version " + version + ", not " + WITHOUT_SCAN_CODES + " or " + WITH_SCAN_CODES);
    }
    ForestHeader header =
        new ForestHeader(
            buffer.getInt(),
            buffer.getInt(),
            buffer.getInt(),
            buffer.getLong(),
            version == WITH_SCAN_CODES);
    if (header.items < 0
        || header.trees < 0
        || header.trees > BuildOptions.MAX_TREES
        || header.leafSize < BuildOptions.MIN_LEAF_SIZE
        || header.leafSize > BuildOptions.MAX_LEAF_SIZE) {
      throw corrupt(index, "holds " + header);
    }
    return header;
  }

  private static BlockKey key(int index) {
    return new BlockKey(BlockKind.META, index, 0, NUMBER);
  }

  private static CorruptEnvironmentException corrupt(int index, String what) {
    return new CorruptEnvironmentException("forest header of index " + index + " " + what);
  }
}
