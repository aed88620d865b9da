package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One stored value, read by offset. Safe for use by many threads; what {@link #cursor} gives is
 * not.
 *
 * <p>Numbers in blocks are little-endian; nothing may be assumed about their alignment.
 */
public interface Block {
  /** Length in bytes. */
  long length();

  /** Whether what its cursors give is a copy, which their next read overwrites. */
  boolean copies();

  /** A new reader of this block, for one thread at a time. */
  Cursor cursor() throws IOException;

  /**
   * The same; where it gives copies they lie in {@code shared}, so that reading with any cursor
   * that shares it overwrites them.
   */
  default Cursor cursor(CopyBuffer shared) throws IOException {
    return cursor();
  }

  /** Reads parts of a block. Belongs to one thread at a time; needs no closing. */
  interface Cursor {
    /**
     * The bytes from {@code offset} on, read-only: a view of mapped memory where there is one, else
     * a copy in a buffer that the next call on this cursor overwrites.
     *
     * @param offset first byte, 0 or more
     * @param length number of bytes; {@code offset + length} must not pass the block's end
     * @throws IOException if they cannot be read
     * @throws IndexOutOfBoundsException if they do not lie within the block
     */
    MemorySegment read(long offset, int length) throws IOException;
  }
}
