package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Walks the pages of a mapped LMDB 0.9 file without LMDB. LMDB trusts its pages and dies on damaged
 * ones; here every number is checked before it is followed, so damage becomes an exception.
 *
 * <p>Keeps account of the pages it met: a page that is met twice is damage. For one thread.
 */
final class PageTree {
  /** Takes an entry; key and value are views of the map. */
  interface Visitor {
    /**
     * Takes the next entry.
     *
     * @param database whether the value is a {@link DatabaseRecord}
     */
    void entry(MemorySegment key, MemorySegment value, boolean database) throws IOException;
  }

  private static final int HEADER = 16;
  private static final int NODE_HEADER = 8;
  private static final int MAX_DEPTH = 32;

  private static final int BRANCH = 0x01;
  private static final int LEAF = 0x02;
  private static final int OVERFLOW = 0x04;
  private static final int FIXED_LEAF = 0x20;

  private static final int BIG = 0x01;
  private static final int DATABASE = 0x02;
  private static final int DUPLICATES = 0x04;

  private final Path file;
  private final MemorySegment map;
  private final int pageSize;
  private final long pages;
  private final boolean readsValues;
  private final BitSet met = new BitSet();

  /**
   * @param file named in messages
   * @param map the pages there are, from the file's first byte on
   * @param pages how many there would be with free ones at the end that were never written
   */
  PageTree(Path file, MemorySegment map, int pageSize, long pages) {
    this(file, map, pageSize, pages, true);
  }

  /**
   * @param readsValues whether to look at the pages of large values, or to count them by what their
   *     entries say: a file has few pages beside them
   */
  PageTree(Path file, MemorySegment map, int pageSize, long pages, boolean readsValues) {
    this.file = file;
    this.map = map;
    this.pageSize = pageSize;
    this.pages = pages;
    this.readsValues = readsValues;
    met.set(0, 2);
  }

  /** Pages met so far, the two meta pages among them. */
  long met() {
    return met.cardinality();
  }

  /** Takes note of a page that is not part of a tree. */
  void meet(long page, String what) throws CorruptEnvironmentException {
    if (page < 2 || page >= pages) {
      throw corrupt(what + " page " + page + " of " + pages);
    }
    if (met.get((int) page)) {
      throw corrupt("page " + page + " is used twice, as " + what + " the second time");
    }
    met.set((int) page);
  }

  /**
   * Takes note of the pages in an entry of the list of free ones: their number, then the pages.
   *
   * @return how many they are
   */
  long meetFree(MemorySegment entry) throws CorruptEnvironmentException {
    long count = entry.byteSize() < Long.BYTES ? -1 : entry.get(Layouts.LONG, 0);
    if (count < 0 || count > entry.byteSize() / Long.BYTES - 1) {
      throw corrupt("an entry of the free list of " + entry.byteSize() + " bytes has " + count);
    }
    for (long i = 1; i <= count; i++) {
      meet(entry.get(Layouts.LONG, i * Long.BYTES), "a free page");
    }
    return count;
  }

  /** Takes note of a page that is read. */
  private void use(long page, String what) throws CorruptEnvironmentException {
    meet(page, what);
    if (page >= map.byteSize() / pageSize) {
      throw corrupt(what + " page " + page + " after the file's end");
    }
  }

  /** Takes note of the pages that a value lies on. */
  private void useValue(long first, long count, long from) throws CorruptEnvironmentException {
    long there = map.byteSize() / pageSize;
    if (first < 2 || first > there || count > there - first) {
      throw corrupt("a value of page " + from + " on " + count + " pages from " + first);
    }
    long end = first + count;
    int twice = met.nextSetBit((int) first);
    if (twice >= 0 && twice < end) {
      throw corrupt("page " + twice + " is used twice, as a value of page " + from);
    }
    met.set((int) first, (int) end);
  }

  /**
   * Visits the entries of a database in order.
   *
   * @param name names it in messages
   * @param ordered whether its keys must be in the order of their unsigned bytes
   * @throws CorruptEnvironmentException if its pages contradict themselves or each other
   */
  void walk(DatabaseRecord database, String name, boolean ordered, Visitor visitor)
      throws IOException {
    new Walk(database, name, ordered && database.inByteOrder(), visitor).run();
  }

  private CorruptEnvironmentException corrupt(String what) {
    return new CorruptEnvironmentException(file + ": " + what);
  }

  private final class Walk {
    private final DatabaseRecord database;
    private final String name;
    private final boolean ordered;
    private final Visitor visitor;
    private long branchPages;
    private long leafPages;
    private long overflowPages;
    private long entries;

    /** The key no later one may precede, and whether one may equal it. */
    private MemorySegment least = MemorySegment.NULL;

    private boolean inclusive = true;

    Walk(DatabaseRecord database, String name, boolean ordered, Visitor visitor) {
      this.database = database;
      this.name = name;
      this.ordered = ordered;
      this.visitor = visitor;
    }

    void run() throws IOException {
      if (database.depth() > MAX_DEPTH) {
        throw corrupt("database " + name + " claims " + database.depth() + " levels");
      }
      if (database.root() != DatabaseRecord.NO_PAGE) {
        page(database.root(), 1);
      }
      boolean counted = database.hasDuplicates() || entries == database.entries();
      if (!counted
          || branchPages != database.branchPages()
          || leafPages != database.leafPages()
          || !overflowCounted()) {
        throw corrupt(
            "database "
                + name
                + " has "
                + entries
                + " entries, "
                + branchPages
                + " branch, "
                + leafPages
                + " leaf and "
                + overflowPages
                + " overflow pages, recorded is "
                + database);
      }
    }

    /** A value that replaced a larger one may have pages to spare, which only they tell. */
    private boolean overflowCounted() {
      return database.hasDuplicates()
          || overflowPages == database.overflowPages()
          || (!readsValues && overflowPages < database.overflowPages());
    }

    private void page(long number, int level) throws IOException {
      use(number, "a page of " + name);
      MemorySegment page = map.asSlice(number * pageSize, pageSize);
      int flags = u16(page, 10);
      boolean leaf = level == database.depth();
      int wanted = leaf ? LEAF : BRANCH;
      int lower = u16(page, 12);
      int upper = u16(page, 14);
      boolean fixed = leaf && flags == (LEAF | FIXED_LEAF) && database.hasFixedValues();
      if (page.get(Layouts.LONG, 0) != number
          || (flags != wanted && !fixed)
          || level > database.depth()) {
        throw corrupt(
            at(number) + " says it is page " + page.get(Layouts.LONG, 0) + ", flags " + flags);
      }
      if (lower < HEADER || lower % 2 != 0 || lower > upper || upper > pageSize) {
        throw corrupt(at(number) + " has free space from " + lower + " to " + upper);
      }
      int nodes = (lower - HEADER) / 2;
      if (nodes < (leaf ? 1 : 2)) {
        throw corrupt(at(number) + " has " + nodes + " keys");
      }
      if (leaf) {
        leafPages++;
        leaf(number, page, flags, nodes);
      } else {
        branchPages++;
        branch(number, page, nodes, level);
      }
    }

    private void branch(long number, MemorySegment page, int nodes, int level) throws IOException {
      for (int i = 0; i < nodes; i++) {
        int node = node(number, page, i);
        if (i > 0) {
          // Keys below this child are not less than its separator, those before it are.
          order(number, key(number, page, node));
          inclusive = true;
        }
        long child =
            (long) u16(page, node)
                | (long) u16(page, node + 2) << 16
                | (long) u16(page, node + 4) << 32;
        page(child, level + 1);
      }
    }

    private void leaf(long number, MemorySegment page, int flags, int nodes) throws IOException {
      if ((flags & FIXED_LEAF) != 0) {
        entries += nodes; // values of a duplicate key, side by side
        return;
      }
      for (int i = 0; i < nodes; i++) {
        int node = node(number, page, i);
        MemorySegment key = key(number, page, node);
        order(number, key);
        entries++;
        int nodeFlags = u16(page, node + 4);
        int known = database.hasDuplicates() ? DUPLICATES | DATABASE : BIG | DATABASE;
        if ((nodeFlags & ~known) != 0) {
          throw corrupt(at(number) + " has node " + i + " of flags " + nodeFlags);
        }
        long size = Integer.toUnsignedLong(page.get(Layouts.INT, node));
        long at = node + NODE_HEADER + key.byteSize();
        long stored = (nodeFlags & BIG) != 0 ? Long.BYTES : size;
        if (at + stored > pageSize) {
          throw corrupt(at(number) + " has a value of " + stored + " bytes at " + at);
        }
        MemorySegment value =
            (nodeFlags & BIG) != 0
                ? overflow(number, page.get(Layouts.LONG, at), size)
                : page.asSlice(at, size);
        boolean isDatabase = (nodeFlags & DATABASE) != 0;
        if (isDatabase && size != DatabaseRecord.BYTES) {
          throw corrupt(at(number) + " has a database record of " + size + " bytes");
        }
        visitor.entry(key, value, isDatabase);
      }
    }

    private MemorySegment overflow(long from, long first, long size) throws IOException {
      long pages = (HEADER + size + pageSize - 1) / pageSize;
      if (readsValues) {
        if (first < 2 || first >= map.byteSize() / pageSize) {
          throw corrupt("a value of page " + from + " on page " + first);
        }
        MemorySegment head = map.asSlice(first * pageSize, HEADER);
        long there = Integer.toUnsignedLong(head.get(Layouts.INT, 12));
        if (head.get(Layouts.LONG, 0) != first || u16(head, 10) != OVERFLOW || there < pages) {
          throw corrupt(
              at(from) + " has a value of " + size + " bytes on " + there + " pages from " + first);
        }
        pages = there;
      }
      useValue(first, pages, from);
      overflowPages += pages;
      return map.asSlice(first * pageSize + HEADER, size);
    }

    private int node(long number, MemorySegment page, int i) throws IOException {
      int node = u16(page, HEADER + 2 * i);
      if (node < u16(page, 14) || node + NODE_HEADER > pageSize) {
        throw corrupt(at(number) + " has node " + i + " at " + node);
      }
      return node;
    }

    private MemorySegment key(long number, MemorySegment page, int node) throws IOException {
      int length = u16(page, node + 6);
      if (node + NODE_HEADER + length > pageSize) {
        throw corrupt(at(number) + " has a key of " + length + " bytes at " + node);
      }
      return page.asSlice(node + NODE_HEADER, length);
    }

    private void order(long number, MemorySegment key) throws IOException {
      if (ordered) {
        int compared = MemorySegmentProxy.compare(least, key);
        if (compared > 0 || (compared == 0 && !inclusive)) {
          throw corrupt(at(number) + " has keys out of order");
        }
      }
      least = key;
      inclusive = false;
    }

    private String at(long number) {
      return "page " + number + " of database " + name;
    }
  }

  private static int u16(MemorySegment bytes, long at) {
    return Short.toUnsignedInt(bytes.get(Layouts.SHORT, at));
  }

  /** The bytes of a key or value, copied. */
  static byte[] copy(MemorySegment bytes) {
    return bytes.toArray(ValueLayout.JAVA_BYTE);
  }
}
