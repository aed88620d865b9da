package io.arroy.forest.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * All that must be known of a finished environment to trust its bytes. It is kept apart from them:
 * LMDB has no checksums, and a damaged page can crash the process.
 *
 * @param pageSize LMDB's page size in bytes, a power of two from {@value #MIN_PAGE_SIZE} to {@value
 *     #MAX_PAGE_SIZE}
 * @param lastPage the number of the last page, 1 or more
 * @param transaction the number of the last transaction, 1 or more
 * @param structureChecksum the {@link CRC32C} of all bytes outside the blocks, in file order
 * @param blocks every block, in the order of the keys; none overlaps another or the first two pages
 */
public record ImageDescription(
    int pageSize,
    long lastPage,
    long transaction,
    int structureChecksum,
    List<StoredBlock> blocks) {
  /** The smallest page size accepted. */
  public static final int MIN_PAGE_SIZE = 256;

  /** The largest page size LMDB writes. */
  public static final int MAX_PAGE_SIZE = 1 << 15;

  /** Checks that the numbers agree with each other. */
  public ImageDescription {
    blocks = List.copyOf(blocks);
    if (pageSize < MIN_PAGE_SIZE || pageSize > MAX_PAGE_SIZE || Integer.bitCount(pageSize) != 1) {
      throw new IllegalArgumentException(
          "page size must be a power of two from "
              + MIN_PAGE_SIZE
              + " to "
              + MAX_PAGE_SIZE
              + ", got "
              + pageSize);
    }
    if (lastPage < 1 || lastPage >= Long.MAX_VALUE / pageSize) {
      throw new IllegalArgumentException(
          "last page must be 1 to " + (Long.MAX_VALUE / pageSize - 1) + ", got " + lastPage);
    }
    if (transaction < 1) {
      throw new IllegalArgumentException("transaction must be positive, got " + transaction);
    }
    BlockKey previous = null;
    for (StoredBlock block : blocks) {
      if (previous != null && previous.compareTo(block.key()) >= 0) {
        throw new IllegalArgumentException(
            "blocks must be in the order of their keys, got " + block.key() + " after " + previous);
      }
      previous = block.key();
    }
    long end = 2L * pageSize;
    for (StoredBlock block : sorted(blocks)) {
      if (block.offset() < end) {
        throw new IllegalArgumentException(
            block.key() + " begins at byte " + block.offset() + ", before byte " + end);
      }
      end = block.end();
    }
    if (end > (lastPage + 1) * pageSize) {
      throw new IllegalArgumentException(
          "blocks end at byte " + end + ", after page " + lastPage + " of " + pageSize + " bytes");
    }
  }

  /** Length of the image in bytes. */
  public long length() {
    return (lastPage + 1) * pageSize;
  }

  /** The blocks in the order in which they lie in the image. */
  public List<StoredBlock> blocksByOffset() {
    return sorted(blocks);
  }

  private static List<StoredBlock> sorted(List<StoredBlock> blocks) {
    List<StoredBlock> sorted = new ArrayList<>(blocks);
    sorted.sort(Comparator.comparingLong(StoredBlock::offset));
    return sorted;
  }
}
