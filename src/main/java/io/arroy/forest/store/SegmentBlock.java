package io.arroy.forest.store;

import java.lang.foreign.MemorySegment;

/** A block that lies in memory as one piece. It has no state, so it is its own cursor. */
final class SegmentBlock implements Block, Block.Cursor {
  private final MemorySegment bytes;

  SegmentBlock(MemorySegment bytes) {
    this.bytes = bytes.asReadOnly();
  }

  @Override
  public long length() {
    return bytes.byteSize();
  }

  @Override
  public boolean copies() {
    return false;
  }

  @Override
  public Cursor cursor() {
    return this;
  }

  @Override
  public MemorySegment read(long offset, int length) {
    return bytes.asSlice(offset, length);
  }
}
