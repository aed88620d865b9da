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

  private final Object identity;
  private final Env<MemorySegment> env;
  private final Txn<MemorySegment> txn;

  private PinnedMoment(Object identity, Env<MemorySegment> env, Txn<MemorySegment> txn) {
    this.identity = identity;
    this.env = env;
    this.txn = txn;
  }

  static PinnedMoment of(Path file) throws IOException {
    MetaPage meta = MetaPage.read(file);
    Object identity = Environment.identity(file);
    if (!Environment.OPEN.add(identity)) {
      throw new IllegalStateException(file + " is already open in this process");
    }
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
        return new PinnedMoment(identity, env, Lmdb.call(file, "read", () -> Lmdb.beginRead(env)));
      } catch (Throwable t) {
        env.close();
        throw t;
      }
    } catch (Throwable t) {
      Environment.OPEN.remove(identity);
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
        Environment.OPEN.remove(identity);
      }
    }
  }
}
