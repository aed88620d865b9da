package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether the lock file still tells of the data file that is open. It counts the transactions, and
 * LMDB believes it. Where a data file is deleted and made anew, or another is put in its place,
 * while a process has it open, two files share one count: LMDB then begins from the older of the
 * two meta pages, and a commit is lost.
 *
 * <p>Safe for use by many threads.
 */
final class Lineage implements Closeable {
  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment metaPages;
  private final int pageSize;

  /** Of a file that LMDB has open, and so has both meta pages. */
  Lineage(Path file, int pageSize) throws IOException {
    this.file = file;
    this.pageSize = pageSize;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      metaPages = channel.map(FileChannel.MapMode.READ_ONLY, 0, 2L * pageSize, arena);
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** A reader may be overtaken, but it does not see more than the file holds. */
  void checkReader(long transaction) throws CorruptEnvironmentException {
    check(Math.max(number(0), number(1)) >= transaction, transaction);
  }

  /**
   * A writer begins from the last commit, while nobody else may commit: not from one before it. A
   * writer that died before it could count its commit is no exception, as LMDB counts anew then.
   */
  void checkWriter(long transaction) throws CorruptEnvironmentException {
    long last = transaction - 1;
    int page = (int) (last & 1);
    check(number(page) == last && number(1 - page) <= last, last);
  }

  private void check(boolean holds, long counted) throws CorruptEnvironmentException {
    if (!holds) {
      throw mismatch(file, Math.max(number(0), number(1)), counted);
    }
  }

  /** What to throw where a file and its lock file have come apart. */
  static CorruptEnvironmentException mismatch(Path file, long newest, long counted) {
    return new CorruptEnvironmentException(
        file
            + " ends with transaction "
            + newest
            + ", its lock file with "
            + counted
            + ": a file was deleted, or another put in its place, while a process had it open;"
            + " close all that have either open");
  }

  private long number(int page) {
    return metaPages.get(Layouts.LONG, (long) page * pageSize + MetaPage.TRANSACTION_AT);
  }

  @Override
  public void close() {
    arena.close();
  }
}
