package io.arroy.forest.store;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.distance.Signs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The stored vectors of an index, by ordinal. Safe for use by many threads; a cursor belongs to
 * one.
 *
 * <p>Every VECTORS block but the last holds 2<sup>s</sup> vectors, the largest such number that
 * keeps a block within {@link BlockSink#PREFERRED_BLOCK_BYTES}.
 */
public final class Vectors {
  private final Block[] blocks;
  private final int count;
  private final int shift;
  private final int vectorBytes;
  private final int dimension;
  private final ElementType elementType;

  private Vectors(Block[] blocks, IndexDescription description, int count) {
    this.blocks = blocks;
    this.count = count;
    this.shift = blockShift(description);
    this.vectorBytes = description.vectorBytes();
    this.dimension = description.dimension();
    this.elementType = description.elementType();
  }

  /** Binary logarithm of the number of vectors in a full block. */
  public static int blockShift(IndexDescription description) {
    int most = Math.max(1, BlockSink.PREFERRED_BLOCK_BYTES / description.vectorBytes());
    return 31 - Integer.numberOfLeadingZeros(most);
  }

  /**
   * Finds the blocks of an index.
   *
   * @throws CorruptEnvironmentException if one is missing or has the wrong length
   */
  public static Vectors open(BlockSource source, ItemsHeader header) throws IOException {
    IndexDescription description = header.description();
    int perBlock = 1 << blockShift(description);
    int number = (int) (((long) header.count() + perBlock - 1) / perBlock);
    Block[] blocks = new Block[number];
    for (int i = 0; i < number; i++) {
      BlockKey key = new BlockKey(BlockKind.VECTORS, description.index(), 0, i);
      blocks[i] = source.get(key);
      long vectors = Math.min(perBlock, header.count() - (long) i * perBlock);
      if (blocks[i].length() != vectors * description.vectorBytes()) {
        throw new CorruptEnvironmentException(
            key
                + " is "
                + blocks[i].length()
                + " bytes long, expected "
                + vectors
                + " vectors of "
                + description.vectorBytes());
      }
    }
    return new Vectors(blocks, description, header.count());
  }

  /** Number of vectors. */
  public int size() {
    return count;
  }

  /** Elements of a vector. */
  public int dimension() {
    return dimension;
  }

  /** Bytes of all vectors. */
  public long bytes() {
    return (long) count * vectorBytes;
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads vectors. What {@link #get(int)} returns is valid until the next call. */
  public final class Cursor {
    private final Block.Cursor[] cursors = new Block.Cursor[blocks.length];

    private Cursor() {}

    /** The stored bytes of a vector. */
    public MemorySegment get(int ordinal) throws IOException {
      return get(ordinal, 1);
    }

    /**
     * The stored bytes of some vectors of one block, one after another.
     *
     * @param vectors how many; see {@link #run}
     */
    public MemorySegment get(int ordinal, int vectors) throws IOException {
      if (ordinal < 0 || ordinal >= count) {
        throw new IndexOutOfBoundsException("ordinal " + ordinal + " of " + count);
      }
      int block = ordinal >>> shift;
      Block.Cursor cursor = cursors[block];
      if (cursor == null) {
        cursor = blocks[block].cursor();
        cursors[block] = cursor;
      }
      long offset = (long) (ordinal & ((1 << shift) - 1)) * vectorBytes;
      return cursor.read(offset, vectors * vectorBytes);
    }

    /** How many vectors, up to {@code limit}, lie in one block from this ordinal on. */
    public int run(int ordinal, int limit) {
      int left = Math.min(count - ordinal, (1 << shift) - (ordinal & ((1 << shift) - 1)));
      return Math.min(left, limit);
    }

    /** Copies a vector of floats, or one of bits as 1 and -1. */
    public void get(int ordinal, float[] into) throws IOException {
      if (elementType == ElementType.BIT) {
        Signs.unpack(get(ordinal), dimension, into, 0);
        return;
      }
      MemorySegment.copy(get(ordinal), Layouts.FLOAT, 0, into, 0, dimension);
    }

    /** Copies a vector of bytes. */
    public void get(int ordinal, byte[] into) throws IOException {
      MemorySegment.copy(get(ordinal), ValueLayout.JAVA_BYTE, 0, into, 0, dimension);
    }
  }
}
