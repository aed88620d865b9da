package io.arroy.forest.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/**
 * A finished environment, read in place: LMDB maps the file and tells once where the blocks lie;
 * after that reading them is reading memory. There is no lock file, and the file is never written.
 *
 * <p>Safe for use by many threads, also while it is closed: late readers get {@link
 * IllegalStateException}.
 */
public final class SealedEnvironment implements BlockSource, Closeable {
  private static final int BUFFER_BYTES = 1 << 14;

  private final Env<MemorySegment> env;
  private final Mapping mapping = new Mapping();
  private final Map<BlockKey, Block> blocks;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Opens a file after comparing its length, first pages and every byte outside the blocks with
   * what was recorded. The blocks' own bytes are not read. Bytes after the last page are ignored.
   *
   * @param file the file; on the default file system
   * @param expected what was recorded when it was written
   * @throws CorruptEnvironmentException if anything differs, before LMDB sees the file
   */
  public static SealedEnvironment open(Path file, ImageDescription expected) throws IOException {
    verify(file, expected);
    Env<MemorySegment> env =
        Lmdb.open(
            file,
            expected.length(),
            1,
            EnvFlags.MDB_NOSUBDIR,
            EnvFlags.MDB_NOLOCK,
            EnvFlags.MDB_NOTLS,
            EnvFlags.MDB_RDONLY_ENV);
    try {
      return new SealedEnvironment(file, env, expected);
    } catch (Throwable t) {
      env.close();
      throw t;
    }
  }

  private SealedEnvironment(Path file, Env<MemorySegment> env, ImageDescription expected)
      throws IOException {
    this.env = env;
    Map<BlockKey, StoredBlock> recorded = HashMap.newHashMap(expected.blocks().size());
    for (StoredBlock block : expected.blocks()) {
      recorded.put(block.key(), block);
    }
    blocks = HashMap.newHashMap(recorded.size());
    Table table = new Table(file, Lmdb.call(file, "open", () -> env.openDbi((byte[]) null)));
    try (Txn<MemorySegment> txn = Lmdb.call(file, "read", env::txnRead)) {
      FormatEntry.check(table.get(txn, FormatEntry.key()), expected.pageSize());
      long[] base = {-1};
      table.scan(
          txn,
          new byte[0],
          (key, value) -> {
            if (!FormatEntry.isKey(key)) {
              add(BlockKey.fromBytes(key), value, recorded, base);
            }
            return true;
          });
    }
    if (blocks.size() != recorded.size()) {
      throw new CorruptEnvironmentException(
          file + " has " + blocks.size() + " blocks, expected " + recorded.size());
    }
  }

  private void add(
      BlockKey key, MemorySegment value, Map<BlockKey, StoredBlock> recorded, long[] base)
      throws CorruptEnvironmentException {
    StoredBlock block = recorded.get(key);
    if (block == null || block.length() != value.byteSize()) {
      throw new CorruptEnvironmentException(
          key + " has " + value.byteSize() + " bytes, recorded is " + block);
    }
    long start = value.address() - block.offset();
    if (base[0] == -1) {
      base[0] = start;
    }
    if (base[0] != start) {
      throw new CorruptEnvironmentException(
          key + " lies " + (start - base[0]) + " bytes after where it was recorded");
    }
    blocks.put(key, new SegmentBlock(mapping.view(value)));
  }

  @Override
  public Optional<Block> find(BlockKey key) {
    if (closed.get()) {
      throw new IllegalStateException("environment is closed");
    }
    return Optional.ofNullable(blocks.get(key));
  }

  /** Unmaps the file. Has no effect the second time. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      mapping.close();
      env.close();
    }
  }

  private static void verify(Path file, ImageDescription expected) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < expected.length()) {
        throw new CorruptEnvironmentException(
            file + " is cut: " + channel.size() + " bytes, expected " + expected.length());
      }
      MetaPage meta = MetaPage.newest(file, channel);
      MetaPage recorded =
          new MetaPage(expected.pageSize(), expected.lastPage(), expected.transaction());
      if (!meta.equals(recorded)) {
        throw new CorruptEnvironmentException(file + " has " + meta + ", expected " + recorded);
      }
      CRC32C checksum = new CRC32C();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      long at = 0;
      for (StoredBlock block : expected.blocksByOffset()) {
        update(checksum, channel, at, block.offset(), buffer);
        at = block.end();
      }
      update(checksum, channel, at, expected.length(), buffer);
      ImageChecksums.verifyStructure((int) checksum.getValue(), expected);
    }
  }

  private static void update(
      CRC32C checksum, FileChannel channel, long from, long to, ByteBuffer buffer)
      throws IOException {
    long at = from;
    while (at < to) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new CorruptEnvironmentException("environment ends at byte " + at);
      }
      checksum.update(buffer.flip());
      at += read;
    }
  }
}
