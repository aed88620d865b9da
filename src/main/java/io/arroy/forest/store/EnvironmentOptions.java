package io.arroy.forest.store;

/**
 * How an {@link Environment} is opened.
 *
 * @param create whether to make the file, or this environment in an LMDB file that has none
 * @param readOnly whether only snapshots are wanted; excludes {@code create}
 * @param durable whether a commit returns only after the storage device has the data. Without it
 *     commits are some ten times faster, a crash of the process loses nothing, but one of the
 *     machine may damage the file
 * @param maxReaders how many snapshots all processes together may have open, 1 to 65,535; what the
 *     process that opens the file first says counts
 */
public record EnvironmentOptions(
    boolean create, boolean readOnly, boolean durable, int maxReaders) {
  /** Create if missing, durable, up to 1,024 snapshots. */
  public static final EnvironmentOptions DEFAULT = new EnvironmentOptions(true, false, true, 1024);

  /** Only read what is there. */
  public static final EnvironmentOptions READ_ONLY =
      new EnvironmentOptions(false, true, true, 1024);

  /** Checks the ranges. */
  public EnvironmentOptions {
    if (create && readOnly) {
      throw new IllegalArgumentException("create and readOnly exclude each other");
    }
    if (maxReaders < 1 || maxReaders > 0xFFFF) {
      throw new IllegalArgumentException("maxReaders must be 1 to 65535, got " + maxReaders);
    }
  }
}
