package io.arroy.forest.store;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.distance.Signs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The stored vectors of an index, by ordinal. Safe for use by many threads; a cursor belongs to
 * one.
 *
 * <p>Every VECTORS block but the last holds 2<sup>s</sup> vectors; the last may hold more than the
 * index needs, which are not its items yet.
 */
public final class Vectors {
  private final Block[] blocks;
  private final int slots;
  private final int shift;
  private final int vectorBytes;
  private final int dimension;
  private final ElementType elementType;

  /** Whether blocks are their own cursors, so that none need be kept. */
  private final boolean inMemory;

  private final boolean copies;

  private Vectors(Block[] blocks, IndexDescription description, ItemLayout layout) {
    this.blocks = blocks;
    this.slots = layout.slots();
    this.shift = layout.vectorShift();
    this.inMemory = Arrays.stream(blocks).allMatch(SegmentBlock.class::isInstance);
    this.copies = Arrays.stream(blocks).anyMatch(Block::copies);
    this.vectorBytes = description.vectorBytes();
    this.dimension = description.dimension();
    this.elementType = description.elementType();
  }

  /**
   * Finds the blocks of an index.
   *
   * @throws CorruptEnvironmentException if one is missing or has the wrong length
   */
  public static Vectors open(BlockSource source, ItemsHeader header) throws IOException {
    IndexDescription description = header.description();
    ItemLayout layout = header.layout();
    int perBlock = layout.vectorsPerBlock();
    // No array for as many as the header claims: there may be fewer.
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < layout.vectorBlocks(); i++) {
      BlockKey key = key(description, i);
      Block block = source.get(key);
      long vectors = Math.min(perBlock, layout.slots() - (long) i * perBlock);
      long most = header.isPacked() ? vectors : perBlock;
      if (block.length() < vectors * description.vectorBytes()
          || block.length() > most * description.vectorBytes()
          || block.length() % description.vectorBytes() != 0) {
        throw new CorruptEnvironmentException(
            key
                + " is "
                + block.length()
                + " bytes long, expected "
                + vectors
                + " vectors of "
                + description.vectorBytes());
      }
      blocks.add(block);
    }
    return new Vectors(blocks.toArray(Block[]::new), description, layout);
  }

  private static BlockKey key(IndexDescription description, int number) {
    return new BlockKey(BlockKind.VECTORS, description.index(), 0, number);
  }

  /** Number of ordinals, some perhaps without an item. */
  public int slots() {
    return slots;
  }

  /** Elements of a vector. */
  public int dimension() {
    return dimension;
  }

  /** Bytes of all vectors, and of free slots. */
  public long bytes() {
    return (long) slots * vectorBytes;
  }

  /** Whether what a cursor gives is overwritten by its next read. */
  public boolean copies() {
    return copies;
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads vectors. What {@link #get(int)} returns is valid until the next call. */
  public final class Cursor {
    private final Block.Cursor[] cursors = inMemory ? null : new Block.Cursor[blocks.length];
    private final CopyBuffer copy = new CopyBuffer();

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
      if (ordinal < 0 || ordinal >= slots) {
        throw new IndexOutOfBoundsException("ordinal " + ordinal + " of " + slots);
      }
      Block.Cursor cursor = cursor(ordinal >>> shift);
      long offset = (long) (ordinal & ((1 << shift) - 1)) * vectorBytes;
      return cursor.read(offset, vectors * vectorBytes);
    }

    /**
     * Reads a byte of every 64 of some vectors, so that memory brings them all at once rather than
     * one after another as each is used.
     *
     * @param count how many of these ordinals
     * @return a number that depends on the bytes, so that reading is not left out
     */
    public int touch(int[] ordinals, int count) throws IOException {
      int sum = 0;
      for (int i = 0; inMemory && i < count; i++) {
        MemorySegment bytes = get(ordinals[i]);
        for (long at = 0; at < vectorBytes; at += 64) {
          sum += bytes.get(ValueLayout.JAVA_BYTE, at);
        }
      }
      return sum;
    }

    private Block.Cursor cursor(int block) throws IOException {
      if (inMemory) {
        return blocks[block].cursor();
      }
      if (cursors[block] == null) {
        cursors[block] = blocks[block].cursor(copy);
      }
      return cursors[block];
    }

    /** How many vectors, up to {@code limit}, lie in one block from this ordinal on. */
    public int run(int ordinal, int limit) {
      int left = Math.min(slots - ordinal, (1 << shift) - (ordinal & ((1 << shift) - 1)));
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
