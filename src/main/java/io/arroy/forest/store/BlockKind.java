package io.arroy.forest.store;

/**
 * What a stored block holds. The code is the first byte of the block's key, so kinds sort by it.
 */
public enum BlockKind {
  /** The description of an index and of its forest: one small block per index. */
  META(1),
  /** Item ids in ascending order, one int32 per ordinal; absent where the id is the ordinal. */
  IDS(2),
  /** Vectors in ordinal order; every block but the last holds the same power-of-two number. */
  VECTORS(3),
  /** The splits of a tree: the hyperplanes that route a vector to a leaf. */
  SPLITS(4),
  /** The tables of a tree: its groups of leaves and where each leaf lies. */
  NODES(5),
  /** The centroids of a tree's groups and leaves. */
  CENTROIDS(6),
  /** The leaves of a tree: ordinals and codes of their items. */
  LEAVES(7),
  /** The leaf of each ordinal in a tree. */
  LEAF_OF(8),
  /** Finer codes in ordinal order, for reranking. */
  CODES(9);

  private static final BlockKind[] BY_CODE = new BlockKind[10];

  static {
    for (BlockKind kind : values()) {
      BY_CODE[kind.code] = kind;
    }
  }

  private final byte code;

  BlockKind(int code) {
    this.code = (byte) code;
  }

  /** The byte that stands for this kind in a key, 1 to 127. */
  public byte code() {
    return code;
  }

  /**
   * The kind with this code.
   *
   * @throws CorruptEnvironmentException if no kind has it
   */
  public static BlockKind of(byte code) throws CorruptEnvironmentException {
    if (code <= 0 || code >= BY_CODE.length || BY_CODE[code] == null) {
      throw new CorruptEnvironmentException("unknown block kind " + code);
    }
    return BY_CODE[code];
  }
}
