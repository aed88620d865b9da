package io.arroy.forest.store;

import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The lifetime of memory that LMDB has mapped: what is {@link #view seen} through it can be read
 * until it is closed, by any thread, and after that gives {@link IllegalStateException}. Unmap only
 * what was mapped after closing it.
 */
final class Mapping implements Closeable {
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The same bytes, readable only as long as this is open. */
  @SuppressWarnings("restricted")
  MemorySegment view(MemorySegment mapped) {
    return MemorySegment.ofAddress(mapped.address()).reinterpret(mapped.byteSize(), arena, null);
  }

  /** Waits for reads under way, then ends all others. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    while (true) {
      try {
        arena.close();
        return;
      } catch (IllegalStateException e) {
        if (!arena.scope().isAlive()) {
          throw e;
        }
        // A native call, such as a checksum or a write to a channel, holds the memory: it ends
        // soon.
        LockSupport.parkNanos(50_000);
      }
    }
  }
}
