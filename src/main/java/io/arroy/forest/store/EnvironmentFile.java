package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.lucene.util.IOUtils;

/**
 * An environment's file as it was at one moment, for looking inside: read page by page without
 * LMDB, so that a damaged file gives an exception and not the end of the process. Of a live file
 * the moment is pinned with LMDB's lock file, like a {@link Snapshot}; a sealed one, such as that
 * of a Lucene segment, never changes, and nothing is created beside it.
 *
 * <p>Nothing is verified by checksums. Safe for use by many threads until it is closed; after that
 * reads give {@link IllegalStateException}.
 */
public final class EnvironmentFile implements BlockCatalog, Closeable {
  /** How often to look again where a writer replaced what was being read. */
  private static final int ATTEMPTS = 100;

  private final Path file;
  private final boolean sealed;
  private final Closeable pin;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment map;
  private final int pageSize;
  private final long pages;
  private final DatabaseRecord freeList;
  private final DatabaseRecord main;
  private final TreeMap<BlockKey, Block> blocks = new TreeMap<>();

  /**
   * Opens a file.
   *
   * @param file on the default file system
   * @throws CorruptEnvironmentException if it is no LMDB file, holds no environment, has another
   *     version or byte order, or the pages that lead to its blocks are damaged
   * @throws IllegalStateException if it is live and this process has it open
   */
  public static EnvironmentFile open(Path file) throws IOException {
    if (isSealed(file)) {
      return new EnvironmentFile(file, true, () -> {}, -1);
    }
    for (int attempt = 1; ; attempt++) {
      PinnedMoment pin = PinnedMoment.of(file);
      try {
        return new EnvironmentFile(file, false, pin, pin.transaction());
      } catch (OvertakenException e) {
        pin.close();
        if (attempt == ATTEMPTS) {
          throw e;
        }
      } catch (Throwable t) {
        IOUtils.closeWhileSuppressingExceptions(t, pin);
        throw t;
      }
    }
  }

  /**
   * @param transaction the one whose pages the pin keeps, or -1 for the last
   */
  private EnvironmentFile(Path file, boolean sealed, Closeable pin, long transaction)
      throws IOException {
    this.file = file;
    this.sealed = sealed;
    this.pin = pin;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MetaPage meta = MetaPage.read(file, channel);
      pageSize = meta.pageSize();
      pages = meta.lastPage() + 1;
      map = meta.map(channel, arena);
      long at = metaPage(meta.transaction());
      freeList = DatabaseRecord.read(map, at + MetaPage.RECORDS_AT);
      main = DatabaseRecord.read(map, at + MetaPage.RECORDS_AT + DatabaseRecord.BYTES);
      boolean moved = map.get(Layouts.LONG, at + MetaPage.TRANSACTION_AT) != meta.transaction();
      if (moved || (transaction >= 0 && transaction != meta.transaction())) {
        throw new OvertakenException(file);
      }
      readBlocks();
    } catch (Throwable t) {
      arena.close();
      throw t;
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Whether it is finished, such as that of a Lucene segment, and not made to be changed. */
  public boolean sealed() {
    return sealed;
  }

  @Override
  public List<BlockKey> keys() {
    return List.copyOf(blocks.keySet());
  }

  @Override
  public Optional<Block> find(BlockKey key) {
    return Optional.ofNullable(blocks.get(key));
  }

  /**
   * Walks all databases of the file and the list of its free pages.
   *
   * @throws CorruptEnvironmentException naming the first page that is damaged or used twice
   */
  public PageCounts countPages() throws IOException {
    PageTree tree = new PageTree(file, map, pageSize, pages);
    tree.walk(
        main, "main", true, (key, value, database) -> count(tree, name(key), value, database));
    List<MemorySegment> lists = new ArrayList<>();
    tree.walk(freeList, "free list", false, (key, value, database) -> lists.add(value));
    long used = tree.met();
    long free = 0;
    for (MemorySegment list : lists) {
      free += tree.meetFree(list);
    }
    return new PageCounts(pageSize, pages, used, free);
  }

  private void count(PageTree tree, String name, MemorySegment value, boolean database)
      throws IOException {
    if (database) {
      boolean ours = name.equals(Environment.DATABASE);
      tree.walk(
          DatabaseRecord.read(value, 0),
          name,
          ours,
          (key, inner, nested) -> count(tree, name + "/" + name(key), inner, nested));
    }
  }

  /** Ends all reads. Has no effect the second time. */
  @Override
  public void close() throws IOException {
    if (arena.scope().isAlive()) {
      arena.close();
      pin.close();
    }
  }

  /** Where the meta page of a transaction starts: two pages take turns. */
  private long metaPage(long transaction) {
    return map.get(Layouts.LONG, MetaPage.TRANSACTION_AT) == transaction ? 0 : pageSize;
  }

  private void readBlocks() throws IOException {
    PageTree tree = new PageTree(file, map, pageSize, pages);
    DatabaseRecord[] ours = {sealed ? main : null};
    if (!sealed) {
      tree.walk(
          main,
          "main",
          true,
          (key, value, database) -> {
            if (database && name(key).equals(Environment.DATABASE)) {
              ours[0] = DatabaseRecord.ours(value);
            }
          });
    }
    if (ours[0] == null) {
      throw new CorruptEnvironmentException(
          file + " holds no environment: no LMDB database \"" + Environment.DATABASE + "\"");
    }
    MemorySegment[] format = {null};
    tree.walk(
        ours[0],
        sealed ? "main" : Environment.DATABASE,
        true,
        (key, value, database) -> {
          byte[] bytes = PageTree.copy(key);
          if (FormatEntry.isKey(bytes)) {
            format[0] = value;
          } else {
            blocks.put(BlockKey.fromBytes(bytes), new SegmentBlock(value));
          }
        });
    FormatEntry.check(format[0], pageSize);
  }

  /**
   * Whether an LMDB file is a sealed environment, such as that of a Lucene segment: its blocks lie
   * in the main database, those of a live one in a database of their own.
   *
   * @throws CorruptEnvironmentException if it is no LMDB file, or its first pages are damaged
   */
  public static boolean isSealed(Path file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return findFormat(file);
      } catch (CorruptEnvironmentException e) {
        // Without a lock a writer may replace pages under way: it does not always.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static boolean findFormat(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      MetaPage meta = MetaPage.read(file, channel);
      MemorySegment map = meta.map(channel, arena);
      boolean first = map.get(Layouts.LONG, MetaPage.TRANSACTION_AT) == meta.transaction();
      long at = (first ? 0L : meta.pageSize()) + MetaPage.RECORDS_AT + DatabaseRecord.BYTES;
      boolean[] found = {false, false};
      new PageTree(file, map, meta.pageSize(), meta.lastPage() + 1)
          .walk(
              DatabaseRecord.read(map, at),
              "main",
              true,
              (key, value, database) -> {
                found[0] |= !database && FormatEntry.isKey(PageTree.copy(key));
                found[1] |= database && name(key).equals(Environment.DATABASE);
              });
      return found[0] && !found[1];
    }
  }

  private static String name(MemorySegment key) {
    return new String(PageTree.copy(key), StandardCharsets.UTF_8);
  }

  /** A writer replaced the meta page between pinning and reading it. */
  private static final class OvertakenException extends IOException {
    private static final long serialVersionUID = 1;

    OvertakenException(Path file) {
      super(file + " is written to faster than it can be read; try again");
    }
  }
}
