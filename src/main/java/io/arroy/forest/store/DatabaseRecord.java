package io.arroy.forest.store;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;

/**
 * What LMDB 0.9 stores of one of the databases in a file: in the meta pages, and as the value of a
 * named database's entry.
 *
 * @param flags how its keys are ordered
 * @param depth levels of its tree
 * @param branchPages pages of keys and page numbers
 * @param leafPages pages of entries
 * @param overflowPages pages of large values
 * @param entries number of entries
 * @param root number of its first page, {@link #NO_PAGE} if it is empty
 */
record DatabaseRecord(
    int flags,
    int depth,
    long branchPages,
    long leafPages,
    long overflowPages,
    long entries,
    long root) {
  static final int BYTES = 48;
  static final long NO_PAGE = -1;

  private static final int REVERSED_KEYS = 0x02;
  private static final int DUPLICATES = 0x04;
  private static final int INTEGER_KEYS = 0x08;
  private static final int FIXED_VALUES = 0x10;

  static DatabaseRecord read(MemorySegment bytes, long at) {
    return new DatabaseRecord(
        Short.toUnsignedInt(bytes.get(Layouts.SHORT, at + 4)),
        Short.toUnsignedInt(bytes.get(Layouts.SHORT, at + 6)),
        bytes.get(Layouts.LONG, at + 8),
        bytes.get(Layouts.LONG, at + 16),
        bytes.get(Layouts.LONG, at + 24),
        bytes.get(Layouts.LONG, at + 32),
        bytes.get(Layouts.LONG, at + 40));
  }

  /**
   * Reads the record of the database that holds the blocks.
   *
   * @throws CorruptEnvironmentException if it is not one of plain keys and values
   */
  static DatabaseRecord ours(MemorySegment value) throws CorruptEnvironmentException {
    DatabaseRecord record = read(value, 0);
    if (record.flags != 0) {
      throw new CorruptEnvironmentException(
          "database " + Environment.DATABASE + " has flags " + record.flags);
    }
    return record;
  }

  /** Whether its values are of one length, and lie side by side. */
  boolean hasFixedValues() {
    return (flags & FIXED_VALUES) != 0;
  }

  /** Whether a key may have several values, which {@link #entries} then counts. */
  boolean hasDuplicates() {
    return (flags & DUPLICATES) != 0;
  }

  /** Whether keys are in the order of their unsigned bytes. */
  boolean inByteOrder() {
    return (flags & (REVERSED_KEYS | INTEGER_KEYS)) == 0;
  }
}
