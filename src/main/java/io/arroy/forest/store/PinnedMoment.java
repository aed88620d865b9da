package io.arroy.forest.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/**
 * Keeps writers from reusing the pages of a live file that are in use now. LMDB is asked for a
 * reading transaction and for nothing else: it looks at the meta pages alone, checked before.
 */
final class PinnedMoment implements Closeable {
  private static final long LEAST_MAP_BYTES = 1L << 30;

  private final OpenFile open;
  private final Env<MemorySegment> env;
  private final Txn<MemorySegment> txn;

  private PinnedMoment(OpenFile open, Env<MemorySegment> env, Txn<MemorySegment> txn) {
    this.open = open;
    this.env = env;
    this.txn = txn;
  }

  static PinnedMoment of(Path file) throws IOException {
    MetaPage meta = MetaPage.read(file);
    OpenFile open = OpenFile.claim(file);
    try {
      Env<MemorySegment> env =
          Lmdb.open(
              file,
              Math.max(LEAST_MAP_BYTES, 2 * meta.length()),
              EnvironmentOptions.READ_ONLY.maxReaders(),
              EnvFlags.MDB_NOSUBDIR,
              EnvFlags.MDB_NOTLS,
              EnvFlags.MDB_RDONLY_ENV);
      try {
        open.claimLockFile();
        return new PinnedMoment(open, env, Lmdb.call(file, "read", () -> Lmdb.beginRead(env)));
      } catch (Throwable t) {
        env.close();
        throw t;
      }
    } catch (Throwable t) {
      open.close();
      throw t;
    }
  }

  /** The transaction whose pages are kept. */
  long transaction() {
    return txn.getId();
  }

  @Override
  public void close() {
    try {
      txn.close();
    } finally {
      try {
        env.close();
      } finally {
        open.close();
      }
    }
  }
}
