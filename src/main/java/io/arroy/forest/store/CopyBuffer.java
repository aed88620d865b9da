package io.arroy.forest.store;

import java.lang.foreign.MemorySegment;

/** A buffer that grows, for copies of which one is used at a time. Belongs to one thread. */
public final class CopyBuffer {
  private MemorySegment bytes = MemorySegment.NULL;

  /** So many bytes, with whatever is in them; those given before are overwritten. */
  MemorySegment get(int length) {
    if (bytes.byteSize() < length) {
      bytes = OffHeap.buffer(length);
    }
    return bytes.asSlice(0, length);
  }
}
