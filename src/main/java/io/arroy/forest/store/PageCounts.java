package io.arroy.forest.store;

/**
 * The pages of an environment's file.
 *
 * @param pageSize bytes of a page
 * @param pages pages up to the last one in use; the file may be longer
 * @param used pages that hold something now, the two meta pages among them
 * @param free pages that the next changes fill first
 */
public record PageCounts(int pageSize, long pages, long used, long free) {
  /** Pages that are neither used nor free: lost until the file is compacted. */
  public long lost() {
    return pages - used - free;
  }

  /** Bytes up to the end of the last page in use. */
  public long bytes() {
    return pages * pageSize;
  }
}
