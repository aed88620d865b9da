package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Pages between the end of an LMDB file and its last page. LMDB does not write pages that a
 * transaction took and gave back again: where the last ones are such, the file ends before them.
 */
final class MissingPages {
  private MissingPages() {}

  /**
   * Whether all of them are free. Reads the list of free pages.
   *
   * @param freeListAt where the list's record lies in the file
   */
  static boolean areFree(Path file, FileChannel channel, MetaPage meta, long freeListAt)
      throws IOException {
    long there = channel.size() / meta.pageSize();
    long last = meta.lastPage();
    // The list has a number for each of them, and is in the file.
    if (there < 2 || last >= Integer.MAX_VALUE || last - there >= channel.size() / Long.BYTES) {
      return false;
    }
    BitSet missing = new BitSet();
    missing.set(0, (int) (last - there) + 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, there * meta.pageSize(), arena);
      new PageTree(file, map, meta.pageSize(), last + 1)
          .walk(
              DatabaseRecord.read(map, freeListAt),
              "free list",
              false,
              (key, value, database) -> {
                for (long at = Long.BYTES; at + Long.BYTES <= value.byteSize(); at += Long.BYTES) {
                  long page = value.get(Layouts.LONG, at);
                  if (page >= there && page <= last) {
                    missing.clear((int) (page - there));
                  }
                }
              });
    }
    return missing.isEmpty();
  }
}
