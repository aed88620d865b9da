package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the first two pages of an LMDB 0.9 file say, read without LMDB: it is not made to be given
 * files that are damaged or not its own.
 *
 * @param pageSize in bytes
 * @param lastPage the number of the last page in use
 * @param transaction the number of the last finished transaction
 */
record MetaPage(int pageSize, long lastPage, long transaction) {
  private static final int BYTES = 152;
  private static final int FLAGS_AT = 10;
  private static final int MAGIC_AT = 16;
  private static final int VERSION_AT = 20;
  private static final int PAGE_SIZE_AT = 40;

  /** Where the records of the free list and of the main database start. */
  static final int RECORDS_AT = 40;

  private static final int FREE_FLAGS_AT = 44;
  private static final int MAIN_FLAGS_AT = 92;

  /** Whole numbers as keys: how LMDB keeps its free list. */
  private static final int FREE_FLAGS = 0x08;

  /** What LMDB notes among the free list's flags about the environment: a file, not a folder. */
  private static final int NO_FOLDER = 0x4000;

  private static final int ROOT_AT = 80;
  private static final int MAIN_ROOT_AT = 128;
  private static final int LAST_PAGE_AT = 136;
  static final int TRANSACTION_AT = 144;
  private static final int META_FLAG = 8;
  private static final int MAGIC = 0xBEEFC0DE;
  private static final int VERSION = 1;

  /** Reads the pages of a file, see {@link #read(Path, FileChannel)}. */
  static MetaPage read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, channel);
    }
  }

  /**
   * Reads both pages and gives what the newer one says, after checking that both were written by
   * LMDB 0.9 on a 64-bit little-endian machine and that the file holds every page in use.
   */
  static MetaPage read(Path file, FileChannel channel) throws IOException {
    MetaPage[] both = both(file, channel);
    MetaPage newer = both[newer(both)];
    long at = (long) newer(both) * newer.pageSize;
    if (channel.size() < newer.length()
        && !MissingPages.areFree(file, channel, newer, at + RECORDS_AT)) {
      throw corrupt(file, "it is cut: " + channel.size() + " bytes of " + newer.length());
    }
    return newer;
  }

  /** The same, however long the file is. */
  static MetaPage newest(Path file, FileChannel channel) throws IOException {
    MetaPage[] both = both(file, channel);
    return both[newer(both)];
  }

  /**
   * What the page of a transaction says, which another process may be replacing meanwhile.
   *
   * @return nothing if both pages are of other transactions
   */
  static Optional<MetaPage> of(Path file, FileChannel channel, long transaction)
      throws IOException {
    return Arrays.stream(both(file, channel))
        .filter(meta -> meta.transaction == transaction)
        .findFirst();
  }

  /** Where it starts in the file: the two take turns. */
  long offset() {
    return (transaction & 1) * pageSize;
  }

  private static int newer(MetaPage[] both) {
    return both[1].transaction > both[0].transaction ? 1 : 0;
  }

  private static MetaPage[] both(Path file, FileChannel channel) throws IOException {
    MetaPage first = read(file, channel, 0);
    MetaPage second = read(file, channel, first.pageSize);
    if (first.pageSize != second.pageSize) {
      throw corrupt(file, "page sizes " + first.pageSize + " and " + second.pageSize);
    }
    return new MetaPage[] {first, second};
  }

  /** Bytes of all pages, in use or free; the file may be shorter by free ones at its end. */
  long length() {
    return (lastPage + 1) * pageSize;
  }

  /**
   * Makes both pages of a file say what its newer one says, as of a transaction and of the one
   * before it. Nobody may have it open.
   *
   * @param transaction 1 or more
   */
  static void setBoth(Path file, long transaction) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MetaPage[] both = both(file, channel);
      int pageSize = both[0].pageSize;
      ByteBuffer page = bytes(file, channel, (long) newer(both) * pageSize);
      for (int number = 0; number < both.length; number++) {
        page.putLong(0, number);
        page.putLong(TRANSACTION_AT, (transaction & 1) == number ? transaction : transaction - 1);
        page.rewind();
        while (page.hasRemaining()) {
          channel.write(page, (long) number * pageSize + page.position());
        }
      }
    }
  }

  /** Maps the pages there are, read-only. */
  MemorySegment map(FileChannel channel, Arena arena) throws IOException {
    long pages = Math.min(channel.size(), length()) / pageSize;
    return channel.map(FileChannel.MapMode.READ_ONLY, 0, pages * pageSize, arena);
  }

  private static ByteBuffer bytes(Path file, FileChannel channel, long offset) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (page.hasRemaining() && channel.read(page, offset + page.position()) >= 0) {
      // until all is read, or the file ends
    }
    if (page.hasRemaining()) {
      throw corrupt(file, "it ends at byte " + (offset + page.position()) + ", within a meta page");
    }
    return page;
  }

  private static MetaPage read(Path file, FileChannel channel, long offset) throws IOException {
    ByteBuffer page = bytes(file, channel, offset);
    int magic = page.getInt(MAGIC_AT);
    if (magic == Integer.reverseBytes(MAGIC)) {
      throw corrupt(file, "it was written on a big-endian machine; only little-endian is read");
    }
    if (magic != MAGIC || (page.getShort(FLAGS_AT) & META_FLAG) == 0) {
      throw corrupt(file, "it is no LMDB data file of a 64-bit machine");
    }
    int version = page.getInt(VERSION_AT);
    if (version != VERSION) {
      throw corrupt(file, "it has LMDB's data version " + version + ", expected " + VERSION);
    }
    int pageSize = page.getInt(PAGE_SIZE_AT);
    if (pageSize < ImageDescription.MIN_PAGE_SIZE
        || pageSize > ImageDescription.MAX_PAGE_SIZE
        || Integer.bitCount(pageSize) != 1) {
      throw corrupt(file, "page size " + pageSize);
    }
    long lastPage = page.getLong(LAST_PAGE_AT);
    long transaction = page.getLong(TRANSACTION_AT);
    if (lastPage < 1 || lastPage >= Long.MAX_VALUE / pageSize || transaction < 0) {
      throw corrupt(file, "last page " + lastPage + ", transaction " + transaction);
    }
    int freeFlags = page.getShort(FREE_FLAGS_AT) & ~NO_FOLDER;
    int mainFlags = page.getShort(MAIN_FLAGS_AT);
    if (freeFlags != FREE_FLAGS || mainFlags != 0) {
      throw corrupt(
          file,
          "database flags "
              + freeFlags
              + " and "
              + mainFlags
              + "; it is damaged, or was made with LMDB's FIXEDMAP or with flags for the unnamed"
              + " database");
    }
    checkRoot(file, page.getLong(ROOT_AT), lastPage);
    checkRoot(file, page.getLong(MAIN_ROOT_AT), lastPage);
    return new MetaPage(pageSize, lastPage, transaction);
  }

  private static void checkRoot(Path file, long root, long lastPage)
      throws CorruptEnvironmentException {
    boolean empty = root == -1;
    if (!empty && (root < 2 || root > lastPage)) {
      throw corrupt(file, "root page " + root + " of " + lastPage);
    }
  }

  private static CorruptEnvironmentException corrupt(Path file, String what) {
    return new CorruptEnvironmentException("cannot read " + file + " as an environment: " + what);
  }
}
