package io.arroy.forest.store;

/**
 * What a stored block holds. The code is the first byte of the block's key, so kinds sort by it.
 */
public enum BlockKind {
  /** The description of an index and of its forest: one small block per index. */
  META(1),
  /** Item ids, one int32 per ordinal, -1 for none; absent where the id is the ordinal. */
  IDS(2),
  /** Vectors in ordinal order; every block but the last holds the same power-of-two number. */
  VECTORS(3),
  /**
   * The upper part of a tree. Number 0: where its leaves, groups and blocks start. Number 1: the
   * centroids of its groups. Number 2: the codes of its leaves' centroids, a run a group.
   */
  NODES(5),
  /** The centroids of a tree's leaves. */
  CENTROIDS(6),
  /** The leaves of a tree: ordinals and codes of their items. */
  LEAVES(7),
  /** The leaf of each ordinal in a tree. */
  LEAF_OF(8),
  /** What is to be done to an index by its next build: number is the id of an item. */
  CHANGES(9),
  /**
   * The ordinals of the items in ascending order of their ids; absent where that is their order.
   */
  ORDER(10),
  /** Codes of items in ordinal order. */
  SCAN_CODES(11);

  private static final BlockKind[] BY_CODE = new BlockKind[12];

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
