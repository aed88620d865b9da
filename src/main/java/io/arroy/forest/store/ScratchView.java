package io.arroy.forest.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/**
 * A second, read-only environment on a scratch file. Its map never moves, unlike the writer's when
 * that grows, so blocks can point in it.
 */
final class ScratchView implements Closeable {
  private final Path file;
  private final Env<MemorySegment> env;
  private final Table table;
  private final long mapBytes;
  private final Mapping mapping = new Mapping();

  private ScratchView(Path file, Env<MemorySegment> env, long mapBytes) throws IOException {
    this.file = file;
    this.env = env;
    this.mapBytes = mapBytes;
    this.table = new Table(file, Lmdb.call(file, "open", () -> env.openDbi((byte[]) null)));
  }

  static ScratchView open(Path file, long mapBytes) throws IOException {
    Env<MemorySegment> env =
        Lmdb.open(
            file,
            mapBytes,
            1,
            EnvFlags.MDB_NOSUBDIR,
            EnvFlags.MDB_NOLOCK,
            EnvFlags.MDB_NOTLS,
            EnvFlags.MDB_RDONLY_ENV);
    try {
      return new ScratchView(file, env, mapBytes);
    } catch (Throwable t) {
      env.close();
      throw t;
    }
  }

  /** How much of the file it can see. */
  long mapBytes() {
    return mapBytes;
  }

  /** The block as last committed. The writer must not write meanwhile. */
  Optional<Block> find(BlockKey key, int pageSize) throws IOException {
    try (Txn<MemorySegment> txn = Lmdb.call(file, "read", env::txnRead)) {
      MemorySegment value = table.get(txn, key.toBytes());
      if (value == null) {
        return Optional.empty();
      }
      if (value.byteSize() > pageSize / 2) {
        return Optional.of(new SegmentBlock(mapping.view(value)));
      }
      // Small values lie among others on a page that later transactions copy and then reuse.
      byte[] copy = value.toArray(ValueLayout.JAVA_BYTE);
      return Optional.of(new SegmentBlock(MemorySegment.ofArray(copy)));
    }
  }

  @Override
  public void close() {
    try {
      mapping.close();
    } finally {
      env.close();
    }
  }
}
