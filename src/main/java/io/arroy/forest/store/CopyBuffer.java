package io.arroy.forest.store;

import java.lang.foreign.MemorySegment;

/** A buffer that grows, for copies of which one is used at a time. Belongs to one thread. */
public final class CopyBuffer {
  private final boolean heap;
  private MemorySegment bytes = MemorySegment.NULL;

  /**
   * One outside the heap, for what loops over vectors read: see {@link OffHeap}. It is freed late,
   * so it is to be made for many reads.
   */
  public CopyBuffer() {
    this(false);
  }

  private CopyBuffer(boolean heap) {
    this.heap = heap;
  }

  /** One on the heap, which costs little to make. */
  static CopyBuffer onHeap() {
    return new CopyBuffer(true);
  }

  /** So many bytes, with whatever is in them; those given before are overwritten. */
  public MemorySegment get(int length) {
    if (bytes.byteSize() < length) {
      bytes = heap ? MemorySegment.ofArray(new byte[length]) : OffHeap.buffer(length);
    }
    return bytes.asSlice(0, length);
  }
}
