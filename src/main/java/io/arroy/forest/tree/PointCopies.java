package io.arroy.forest.tree;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Copies of some stored vectors side by side in memory, taken in the order in which they are
 * stored. Work that goes over points again and again, in an order of its own, then reads no pages
 * from all over a file that may be larger than memory.
 *
 * <p>Filled by one thread while no other reads; read by many.
 */
final class PointCopies implements AutoCloseable {
  /** Vectors that one task copies. */
  private static final int CHUNK = 4096;

  /** How many hold memory: tests see that none is forgotten. */
  static final AtomicInteger OPEN = new AtomicInteger();

  private final Points points;
  private final BuildOptions options;
  private final int capacity;
  private final int vectorBytes;

  private Arena arena = Arena.ofShared();
  private MemorySegment copies = MemorySegment.NULL;

  /** Where each ordinal that was ever held was then; it is held if it is in {@link #held} there. */
  private final int[] places;

  private int[] held = new int[0];

  private PointCopies(Points points, BuildOptions options) {
    this.points = points;
    this.options = options;
    this.capacity = options.pointsInMemory(points.vectorBytes());
    this.vectorBytes = points.vectorBytes();
    this.places = new int[points.layout().slots()];
    OPEN.incrementAndGet();
  }

  /** Room for as many as the options allow in memory, or null if all points are no more. */
  static PointCopies of(Points points, BuildOptions options) {
    return points.size() > options.pointsInMemory(points.vectorBytes())
        ? new PointCopies(points, options)
        : null;
  }

  /** How many can be held. */
  int capacity() {
    return capacity;
  }

  /** Holds {@code items[from..to)} and no others; of more than fit, some. */
  void hold(int[] items, int from, int to) throws IOException {
    held = Arrays.copyOfRange(items, from, to);
    Arrays.sort(held);
    if (held.length > capacity) {
      held = Arrays.copyOf(held, capacity);
    }
    makeRoom();
    Parallel.run(
        options.executor(),
        0,
        held.length,
        CHUNK,
        (first, end) -> {
          options.monitor().check();
          Points.Reader reader = points.reader();
          for (int place = first; place < end; place++) {
            MemorySegment stored = reader.stored(held[place]);
            MemorySegment.copy(stored, 0, copies, (long) place * vectorBytes, vectorBytes);
            places[held[place]] = place;
          }
        });
  }

  private void makeRoom() {
    if ((long) held.length * vectorBytes > copies.byteSize()) {
      close();
      arena = Arena.ofShared();
      OPEN.incrementAndGet();
      // Little by little where an update asks for little, else all at once.
      int room = held.length > capacity / 4 ? capacity : held.length;
      copies = arena.allocate((long) room * vectorBytes, Long.BYTES);
    }
  }

  /** The copy of a stored vector, or null if it is not held. */
  MemorySegment get(int ordinal) {
    int place = places[ordinal];
    return place < held.length && held[place] == ordinal
        ? copies.asSlice((long) place * vectorBytes, vectorBytes)
        : null;
  }

  @Override
  public void close() {
    arena.close();
    OPEN.decrementAndGet();
  }
}
