package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A list of records of equal length in blocks of 2<sup>s</sup>, the last perhaps shorter. Safe for
 * use by many threads; a cursor belongs to one.
 */
public final class Records {
  /** Records read at once where reading is copying. */
  private static final int COPIED = 16;

  private final Block[] blocks;
  private final int count;
  private final int recordBytes;
  private final int shift;
  private final boolean inMemory;

  private Records(Block[] blocks, int count, int recordBytes, int shift) {
    this.blocks = blocks;
    this.count = count;
    this.recordBytes = recordBytes;
    this.shift = shift;
    this.inMemory = Arrays.stream(blocks).allMatch(SegmentBlock.class::isInstance);
  }

  /**
   * Finds the blocks of a list.
   *
   * @param first its first block; the others have the numbers after
   * @param count how many records it has
   * @param recordBytes bytes of a record
   * @param shift binary logarithm of the records in a full block
   * @throws CorruptEnvironmentException if a block is missing or has the wrong length
   */
  public static Records open(
      BlockSource source, BlockKey first, int count, int recordBytes, int shift)
      throws IOException {
    Block[] blocks = RecordBlocks.find(source, first, count, recordBytes, shift);
    return new Records(blocks, count, recordBytes, shift);
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads records: cheapest in ascending order. */
  public final class Cursor {
    private final Block.Cursor[] cursors = new Block.Cursor[blocks.length];
    private MemorySegment window = MemorySegment.NULL;
    private int first;
    private int end;

    private Cursor() {}

    /** Bytes that hold a record, from {@link #offset} on; valid until the next call. */
    public MemorySegment find(int place) throws IOException {
      if (place < first || place >= end) {
        read(place);
      }
      return window;
    }

    /** Where the record lies in the bytes that {@link #find} gave for it. */
    public long offset(int place) {
      return (long) (place - first) * recordBytes;
    }

    /**
     * Reads a byte of every 64 of some records, so that memory brings them all at once rather than
     * one after another as each is used.
     *
     * @param count how many of these places
     * @return a number that depends on the bytes, so that reading is not left out
     */
    public int touch(int[] places, int count) throws IOException {
      int sum = 0;
      for (int i = 0; inMemory && i < count; i++) {
        MemorySegment bytes = find(places[i]);
        long from = offset(places[i]);
        for (long at = from; at < from + recordBytes; at += 64) {
          sum += bytes.get(ValueLayout.JAVA_BYTE, at);
        }
        sum += bytes.get(ValueLayout.JAVA_BYTE, from + recordBytes - 1);
      }
      return sum;
    }

    private void read(int place) throws IOException {
      if (place < 0 || place >= count) {
        throw new IndexOutOfBoundsException("record " + place + " of " + count);
      }
      int block = place >>> shift;
      int blockStart = block << shift;
      int blockEnd = (int) Math.min(count, (block + 1L) << shift);
      int from = inMemory ? blockStart : place;
      int to = inMemory ? blockEnd : Math.min(blockEnd, place + COPIED);
      if (cursors[block] == null) {
        cursors[block] = blocks[block].cursor();
      }
      end = first;
      window =
          cursors[block].read((long) (from - blockStart) * recordBytes, (to - from) * recordBytes);
      first = from;
      end = to;
    }
  }
}
