package io.arroy.forest.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for copies of what is stored. Outside the heap, as what is mapped is: loops over vectors
 * are compiled for memory of one kind, and are many times slower once they have met both.
 */
public final class OffHeap {
  private static final int ALIGNMENT = 8;

  private OffHeap() {}

  /** So many bytes, freed when nothing refers to them any more. */
  public static MemorySegment buffer(long bytes) {
    return Arena.ofAuto().allocate(bytes, ALIGNMENT);
  }
}
