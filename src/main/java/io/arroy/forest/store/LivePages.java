package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/**
 * Keeps account of a live file's pages before LMDB follows them: those that lead to our blocks,
 * those the blocks lie on, and the free ones that would be written next. Each must be met once.
 * Databases of the application are not read, and of blocks at most their first page.
 */
final class LivePages {
  /** How often to look again where a writer replaced the meta page that was being read. */
  private static final int ATTEMPTS = 30;

  private LivePages() {}

  /**
   * Checks the last committed state; others may write meanwhile. Nothing is checked where there is
   * no address space to map the file a second time, no place among the readers, or where others
   * commit faster than the first pages can be read.
   *
   * @param env opened on the file; only asked for a transaction that keeps the pages
   * @param values whether to look at the first page of each large value as well, by which LMDB
   *     gives the others back: who only reads does not need it
   * @throws CorruptEnvironmentException naming the first page that is damaged or used twice
   */
  static void check(Path file, Env<MemorySegment> env, boolean values) throws IOException {
    long first = -1;
    long last = -1;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (Txn<MemorySegment> pin = Lmdb.call(file, "read", () -> Lmdb.beginRead(env))) {
        last = pin.getId();
        first = attempt == 0 ? last : first;
        if (check(file, last, values)) {
          return;
        }
      } catch (IOException e) {
        if (e.getCause() instanceof Env.ReadersFullException) {
          return;
        }
        throw e;
      }
    }
    if (first == last) {
      // Nobody commits, and no meta page is of the transaction that LMDB reads.
      throw Lineage.mismatch(file, MetaPage.read(file).transaction(), last);
    }
  }

  private static boolean check(Path file, long transaction, boolean values) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MetaPage meta = MetaPage.of(file, channel, transaction).orElse(null);
      if (meta == null) {
        long newest = MetaPage.newest(file, channel).transaction();
        if (newest < transaction) {
          throw Lineage.mismatch(file, newest, transaction);
        }
        return false;
      }
      return check(file, channel, meta, values);
    }
  }

  /**
   * Checks what a meta page says.
   *
   * @return false if a writer has replaced it since it was read: nothing is checked then
   */
  static boolean check(Path file, FileChannel channel, MetaPage meta, boolean values)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map;
      try {
        map = meta.map(channel, arena);
      } catch (IOException e) {
        if (e.getCause() instanceof OutOfMemoryError) {
          return true; // no address space for a second map
        }
        throw e;
      }
      long at = meta.offset() + MetaPage.RECORDS_AT;
      DatabaseRecord freeList = DatabaseRecord.read(map, at);
      DatabaseRecord main = DatabaseRecord.read(map, at + DatabaseRecord.BYTES);
      if (MetaPage.of(file, channel, meta.transaction()).isEmpty()) {
        return false;
      }
      check(new PageTree(file, map, meta.pageSize(), meta.lastPage() + 1, values), freeList, main);
      return true;
    }
  }

  private static void check(PageTree tree, DatabaseRecord freeList, DatabaseRecord main)
      throws IOException {
    List<DatabaseRecord> ours = new ArrayList<>();
    tree.walk(
        main,
        "main",
        true,
        (key, value, database) -> {
          String name = new String(PageTree.copy(key), StandardCharsets.UTF_8);
          if (database && name.equals(Environment.DATABASE)) {
            ours.add(DatabaseRecord.ours(value));
          }
        });
    for (DatabaseRecord database : ours) {
      tree.walk(database, Environment.DATABASE, true, (key, value, nested) -> {});
    }
    List<MemorySegment> free = new ArrayList<>();
    tree.walk(freeList, "free list", false, (key, value, nested) -> free.add(value));
    for (MemorySegment entry : free) {
      tree.meetFree(entry);
    }
  }
}
