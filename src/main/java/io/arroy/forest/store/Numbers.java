package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A list of int32 in blocks of 2<sup>s</sup>, the last perhaps shorter. Safe for use by many
 * threads; a cursor belongs to one.
 */
public final class Numbers {
  private final Block[] blocks;
  private final int shift;

  private Numbers(Block[] blocks, int shift) {
    this.blocks = blocks;
    this.shift = shift;
  }

  /**
   * Finds the blocks of a list.
   *
   * @param first its first block; the others have the numbers after
   * @param count how many numbers it has
   * @param shift binary logarithm of the numbers in a full block
   * @throws CorruptEnvironmentException if a block is missing or has the wrong length
   */
  public static Numbers open(BlockSource source, BlockKey first, int count, int shift)
      throws IOException {
    return new Numbers(RecordBlocks.find(source, first, count, Integer.BYTES, shift), shift);
  }

  /** Writes a list of the first {@code count} of these numbers. */
  public static void write(BlockSink sink, BlockKey first, int[] numbers, int count, int shift)
      throws IOException {
    for (int i = 0, from = 0; from < count; i++, from += 1 << shift) {
      int length = Math.min(1 << shift, count - from);
      MemorySegment bytes = MemorySegment.ofArray(new byte[4 * length]);
      MemorySegment.copy(numbers, from, bytes, Layouts.INT, 0, length);
      sink.put(first.after(i), bytes);
    }
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads numbers. */
  public final class Cursor {
    private final Block.Cursor[] cursors = new Block.Cursor[blocks.length];

    private Cursor() {}

    /** The number at a place. */
    public int get(int place) throws IOException {
      return cursor(place >>> shift).read(4L * (place & ((1 << shift) - 1)), 4).get(Layouts.INT, 0);
    }

    /** The bytes of {@code count} numbers from a place on, which must be of one block. */
    public MemorySegment run(int place, int count) throws IOException {
      return cursor(place >>> shift).read(4L * (place & ((1 << shift) - 1)), 4 * count);
    }

    /** Copies {@code count} numbers from a place on to {@code into[at..]}. */
    public void get(int place, int count, int[] into, int at) throws IOException {
      int done = 0;
      while (done < count) {
        int offset = (place + done) & ((1 << shift) - 1);
        int run = Math.min(count - done, (1 << shift) - offset);
        MemorySegment bytes = cursor((place + done) >>> shift).read(4L * offset, 4 * run);
        MemorySegment.copy(bytes, Layouts.INT, 0, into, at + done, run);
        done += run;
      }
    }

    private Block.Cursor cursor(int block) throws IOException {
      if (cursors[block] == null) {
        cursors[block] = blocks[block].cursor();
      }
      return cursors[block];
    }
  }
}
