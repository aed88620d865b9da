package io.arroy.forest.store;

import java.util.Comparator;

/**
 * The name of a block in an environment.
 *
 * <p>Stored as nine bytes, big-endian, so that LMDB's byte order is the order of the components:
 * kind (1), index (2), tree (2), number (4).
 *
 * @param kind what the block holds
 * @param index the index it belongs to, 0 to 65,535
 * @param tree the tree it belongs to, 0 to 65,535; 0 for kinds that belong to no tree
 * @param number counts the blocks of one kind, index and tree, from 0
 */
public record BlockKey(BlockKind kind, int index, int tree, int number)
    implements Comparable<BlockKey> {
  /** Length of a stored key in bytes. */
  public static final int BYTES = 9;

  private static final Comparator<BlockKey> ORDER =
      Comparator.comparingInt((BlockKey key) -> key.kind().code())
          .thenComparingInt(BlockKey::index)
          .thenComparingInt(BlockKey::tree)
          .thenComparingInt(BlockKey::number);

  /** Checks the ranges. */
  public BlockKey {
    if (index < 0 || index > 0xFFFF) {
      throw new IllegalArgumentException("index must be 0 to 65535, got " + index);
    }
    if (tree < 0 || tree > 0xFFFF) {
      throw new IllegalArgumentException("tree must be 0 to 65535, got " + tree);
    }
    if (number < 0) {
      throw new IllegalArgumentException("number must not be negative, got " + number);
    }
  }

  /** The first block of a kind that belongs to no tree. */
  public static BlockKey of(BlockKind kind, int index) {
    return new BlockKey(kind, index, 0, 0);
  }

  /** The stored form, {@link #BYTES} long. */
  public byte[] toBytes() {
    return new byte[] {
      kind.code(),
      (byte) (index >>> 8),
      (byte) index,
      (byte) (tree >>> 8),
      (byte) tree,
      (byte) (number >>> 24),
      (byte) (number >>> 16),
      (byte) (number >>> 8),
      (byte) number
    };
  }

  /**
   * Reads a stored key.
   *
   * @throws CorruptEnvironmentException if the bytes are no key
   */
  public static BlockKey fromBytes(byte[] bytes) throws CorruptEnvironmentException {
    if (bytes.length != BYTES || bytes[5] < 0) {
      throw new CorruptEnvironmentException(
          "not a block key: " + java.util.HexFormat.of().formatHex(bytes));
    }
    return new BlockKey(
        BlockKind.of(bytes[0]),
        (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF),
        (bytes[3] & 0xFF) << 8 | (bytes[4] & 0xFF),
        bytes[5] << 24 | (bytes[6] & 0xFF) << 16 | (bytes[7] & 0xFF) << 8 | (bytes[8] & 0xFF));
  }

  @Override
  public int compareTo(BlockKey other) {
    return ORDER.compare(this, other);
  }

  /** The key of the block that comes so many after this one in a list of blocks. */
  BlockKey after(int blocks) {
    return new BlockKey(kind, index, tree, number + blocks);
  }
}
