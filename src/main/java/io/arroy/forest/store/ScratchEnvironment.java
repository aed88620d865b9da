package io.arroy.forest.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.util.IOUtils;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.Txn;

/**
 * An environment that is written once, then streamed elsewhere, and gone when closed: one process
 * uses it, nothing is synced, there is no lock file.
 *
 * <p>Memory stays bounded: what was put is written out each {@value #COMMIT_BYTES} bytes. Blocks
 * can be read back while others are put, and stay readable until they are replaced or this is
 * closed. The same puts in the same order give the same bytes.
 *
 * <p>Safe for use by many threads, which take turns to put and to find; reading blocks needs no
 * turn.
 */
public final class ScratchEnvironment implements BlockSink, BlockSource, Closeable {
  /** As much is held in memory, with one block more, before it is written out. */
  static final long COMMIT_BYTES = 1L << 26;

  private static final long INITIAL_MAP_BYTES = 1L << 24;

  /** Room for LMDB's own pages beside the values: tree, free list. */
  private static final long MAP_SLACK_BYTES = 1L << 20;

  private static final int COPY_BYTES = 1 << 16;

  private final Path file;
  private final Env<MemorySegment> env;
  private final int pageSize;
  private final long commitBytes;
  private final List<ScratchView> views = new ArrayList<>();
  private Table table;
  private Txn<MemorySegment> txn;
  private long mapBytes = INITIAL_MAP_BYTES;
  private long committedBytes;
  private long dirtyBytes;
  private boolean broken;
  private boolean sealed;
  private boolean closed;

  /**
   * Creates the file, readable by its owner only.
   *
   * @param file where; on the default file system; must not exist
   */
  public static ScratchEnvironment create(Path file) throws IOException {
    return create(file, COMMIT_BYTES);
  }

  static ScratchEnvironment create(Path file, long commitBytes) throws IOException {
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileChannel.open(file, options, OwnerOnly.attributes()).close();
    try {
      return new ScratchEnvironment(file, commitBytes);
    } catch (Throwable t) {
      IOUtils.deleteFilesIgnoringExceptions(file);
      throw t;
    }
  }

  private ScratchEnvironment(Path file, long commitBytes) throws IOException {
    this.file = file;
    this.commitBytes = commitBytes;
    env =
        Lmdb.open(
            file, mapBytes, 1, EnvFlags.MDB_NOSUBDIR, EnvFlags.MDB_NOLOCK, EnvFlags.MDB_NOSYNC);
    try {
      pageSize = env.stat().pageSize;
      Lmdb.run(file, "open", () -> table = new Table(file, env.openDbi((byte[]) null)));
      begin();
      byte[] format = FormatEntry.value(pageSize);
      table.put(txn, FormatEntry.key(), MemorySegment.ofArray(format));
      dirtyBytes = 4L * pageSize;
    } catch (Throwable t) {
      closeEnv();
      throw t;
    }
  }

  /** LMDB's page size in bytes. */
  public int pageSize() {
    return pageSize;
  }

  @Override
  public synchronized void put(BlockKey key, MemorySegment value) throws IOException {
    checkUsable();
    if (sealed) {
      throw new IllegalStateException("already sealed");
    }
    Table.checkLength(key, value);
    try {
      reserve(value.byteSize() + 4L * pageSize);
      table.put(txn, key.toBytes(), value);
    } catch (Throwable t) {
      broken = true;
      throw t;
    }
  }

  /** The block as it was last put; empty if it never was. */
  @Override
  public synchronized Optional<Block> find(BlockKey key) throws IOException {
    checkUsable();
    commit();
    ScratchView view = views.isEmpty() ? null : views.getLast();
    if (view == null || view.mapBytes() < committedBytes) {
      view = ScratchView.open(file, mapBytes);
      views.add(view);
    }
    return view.find(key, pageSize);
  }

  /**
   * Writes the finished environment to a sink, from first byte to last. Nothing can be put after.
   *
   * @return what was written
   */
  public synchronized ImageDescription copyTo(ByteSink sink) throws IOException {
    checkUsable();
    if (!sealed) {
      commit();
      sealed = true;
    }
    List<StoredBlock> blocks = new ArrayList<>();
    EnvInfo[] info = new EnvInfo[1];
    try (Txn<MemorySegment> read = Lmdb.call(file, "read", env::txnRead)) {
      info[0] = env.info();
      table.scan(read, new byte[0], (key, value) -> locate(key, value, blocks));
    }
    blocks.sort(Comparator.comparingLong(StoredBlock::offset));
    ImageChecksums checksums = new ImageChecksums(blocks);
    copy((info[0].lastPageNumber + 1) * pageSize, checksums, sink);
    for (int i = 0; i < blocks.size(); i++) {
      StoredBlock block = blocks.get(i);
      blocks.set(
          i, new StoredBlock(block.key(), block.offset(), block.length(), checksums.block(i)));
    }
    blocks.sort(Comparator.comparing(StoredBlock::key));
    return new ImageDescription(
        pageSize, info[0].lastPageNumber, info[0].lastTransactionId, checksums.structure(), blocks);
  }

  /** Deletes the file. Blocks read from it can no longer be. Has no effect the second time. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      IOUtils.close(views);
    } finally {
      try {
        closeEnv();
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  private boolean locate(byte[] key, MemorySegment value, List<StoredBlock> blocks)
      throws IOException {
    if (!FormatEntry.isKey(key)) {
      // A page begins with its own number, and this process wrote its pages aligned to their size.
      long page = value.address() & -pageSize;
      long number = MemorySegmentProxy.at(page, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
      long offset = number * pageSize + (value.address() - page);
      blocks.add(new StoredBlock(BlockKey.fromBytes(key), offset, value.byteSize(), 0));
    }
    return true;
  }

  private void copy(long length, ImageChecksums checksums, ByteSink sink) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    MemorySegment target = MemorySegment.ofArray(buffer);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      // Pages at the end that were taken and given back within a transaction are not written.
      long written = Math.min(length, channel.size());
      MemorySegment pages = channel.map(FileChannel.MapMode.READ_ONLY, 0, written, arena);
      for (long at = 0; at < length; at += buffer.length) {
        int n = (int) Math.min(buffer.length, length - at);
        int there = Math.clamp(written - at, 0, n);
        if (there > 0) {
          MemorySegment.copy(pages, at, target, 0, there);
        }
        Arrays.fill(buffer, there, n, (byte) 0);
        checksums.update(buffer, 0, n);
        sink.write(buffer, 0, n);
      }
    }
  }

  /** Makes sure that so many bytes more fit in memory and in the map. */
  private void reserve(long bytes) throws IOException {
    if (dirtyBytes > 0 && dirtyBytes + bytes > commitBytes) {
      commit();
    }
    long needed = committedBytes + dirtyBytes + bytes + MAP_SLACK_BYTES;
    if (needed > mapBytes) {
      commit();
      long grown = Math.max(2 * mapBytes, (needed + pageSize - 1) & -pageSize);
      Lmdb.run(file, "grow", () -> env.setMapSize(grown));
      mapBytes = grown;
    }
    begin();
    dirtyBytes += bytes;
  }

  private void begin() throws IOException {
    if (txn == null) {
      txn = Lmdb.call(file, "write to", env::txnWrite);
    }
  }

  private void commit() throws IOException {
    if (txn == null) {
      return;
    }
    Txn<MemorySegment> ending = txn;
    txn = null;
    try {
      Lmdb.run(file, "write to", ending::commit);
    } catch (Throwable t) {
      broken = true;
      throw t;
    } finally {
      ending.close();
    }
    dirtyBytes = 0;
    committedBytes = (env.info().lastPageNumber + 1) * pageSize;
  }

  private void closeEnv() {
    try {
      if (txn != null) {
        txn.close();
        txn = null;
      }
    } finally {
      env.close();
    }
  }

  private void checkUsable() throws IOException {
    if (closed) {
      throw new IllegalStateException("scratch environment is closed");
    }
    if (broken) {
      throw new IOException("an earlier write to " + file + " failed");
    }
  }
}
