package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.lmdbjava.Env;
import org.lmdbjava.EnvInfo;

/**
 * The address space that a live file is mapped to, and its growth. It may move only while no
 * transaction of this process is open. Guarded by its owner.
 */
final class GrowingMap {
  private final Path file;
  private final Env<MemorySegment> env;
  private final int pageSize;

  /** Whether there was less address space than asked for: a larger map would probably fail. */
  private final boolean cramped;

  private long wanted;

  /** Whether LMDB has lost its map: it would read where that was. */
  private boolean lost;

  GrowingMap(Path file, Env<MemorySegment> env, boolean cramped) {
    this.file = file;
    this.env = env;
    this.pageSize = env.stat().pageSize;
    this.cramped = cramped;
  }

  int pageSize() {
    return pageSize;
  }

  /** Takes note of bytes that a writer found no room for, and says so in place of LMDB. */
  IOException explain(IOException failure, long bytes) {
    if (!(failure.getCause() instanceof Env.MapFullException)) {
      return failure;
    }
    wanted = Math.max(wanted, Math.max(1, bytes));
    return new IOException(
        "the address space this process has for "
            + file
            + " is used up; close its snapshots and write again",
        failure);
  }

  /** Before a write: keeps half of the map free, where there is address space for that. */
  void growIfNeeded() throws IOException {
    EnvInfo info = env.info();
    long used = (info.lastPageNumber + 1) * pageSize + wanted;
    boolean full = wanted > 0;
    if (full || (cramped ? used : 2 * used) > info.mapSize) {
      map(Math.max(2 * info.mapSize, 2 * used));
    }
    wanted = 0;
  }

  /** Maps as much as another process has made of the file. */
  void follow() throws IOException {
    map(0);
  }

  void check() throws IOException {
    if (lost) {
      throw new IOException(
          "cannot use " + file + ": an attempt to grow it failed; close it and open it again");
    }
  }

  /** Maps anew; LMDB unmaps what it has before. */
  private void map(long bytes) throws IOException {
    try {
      Lmdb.run(file, "grow", () -> env.setMapSize(bytes));
    } catch (Throwable t) {
      lost = true;
      throw t;
    }
  }
}
