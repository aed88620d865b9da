package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.io.IOException;

/**
 * The ids of an index's items: ascending, one int32 per ordinal in blocks of {@value #PER_BLOCK},
 * or not stored where they are the ordinals. Safe for use by many threads; a cursor belongs to one.
 */
public final class Ids {
  /** Ids in a full block. */
  public static final int PER_BLOCK = 1 << 22;

  private final Block[] blocks;
  private final int count;
  private final boolean dense;

  private Ids(Block[] blocks, int count, boolean dense) {
    this.blocks = blocks;
    this.count = count;
    this.dense = dense;
  }

  /**
   * Finds the blocks of an index.
   *
   * @throws CorruptEnvironmentException if one is missing or has the wrong length
   */
  public static Ids open(BlockSource source, ItemsHeader header) throws IOException {
    if (header.dense()) {
      return new Ids(new Block[0], header.count(), true);
    }
    Block[] blocks = new Block[(int) (((long) header.count() + PER_BLOCK - 1) / PER_BLOCK)];
    for (int i = 0; i < blocks.length; i++) {
      BlockKey key = new BlockKey(BlockKind.IDS, header.description().index(), 0, i);
      blocks[i] = source.get(key);
      long expected = 4 * Math.min(PER_BLOCK, header.count() - (long) i * PER_BLOCK);
      if (blocks[i].length() != expected) {
        throw new CorruptEnvironmentException(
            key + " is " + blocks[i].length() + " bytes long, expected " + expected);
      }
    }
    return new Ids(blocks, header.count(), false);
  }

  /** Number of ids. */
  public int size() {
    return count;
  }

  /** Whether every id is its ordinal. */
  public boolean dense() {
    return dense;
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads ids. */
  public final class Cursor {
    private final Block.Cursor[] cursors = new Block.Cursor[blocks.length];

    private Cursor() {}

    /** The id of an ordinal. */
    public int id(int ordinal) throws IOException {
      if (ordinal < 0 || ordinal >= count) {
        throw new IndexOutOfBoundsException("ordinal " + ordinal + " of " + count);
      }
      if (dense) {
        return ordinal;
      }
      int block = ordinal / PER_BLOCK;
      Block.Cursor cursor = cursors[block];
      if (cursor == null) {
        cursor = blocks[block].cursor();
        cursors[block] = cursor;
      }
      return cursor.read(4L * (ordinal % PER_BLOCK), 4).get(Layouts.INT, 0);
    }

    /**
     * The first ordinal at or after {@code from} whose id is at least {@code id}, or the number of
     * items if there is none. Takes time in the logarithm of the distance.
     */
    public int advance(int id, int from) throws IOException {
      if (dense) {
        return Math.min(count, Math.max(id, from));
      }
      int low = from;
      int step = 1;
      int high = from;
      while (high < count && id(high) < id) {
        low = high + 1;
        high = (int) Math.min(count, (long) high + step);
        step <<= 1;
      }
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (id(middle) < id) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
