package io.arroy.forest.store;

/**
 * How an {@link Environment} is opened.
 *
 * @param create whether to make the file, or this environment in an LMDB file that has none
 * @param readOnly whether only snapshots are wanted; excludes {@code create}
 * @param durable whether a commit returns only after the storage device has the data. Without it
 *     commits are some ten times faster, a crash of the process loses nothing, but one of the
 *     machine may damage the file
 * @param maxReaders how many snapshots all processes together may have open, 1 to 65,535; the lock
 *     file has as many places as whoever made it said, and no more until it is deleted while nobody
 *     has the environment open
 * @param maxDatabases how many databases of its own the application may open in this process, 0 to
 *     1,024; each makes every transaction a little dearer
 */
public record EnvironmentOptions(
    boolean create, boolean readOnly, boolean durable, int maxReaders, int maxDatabases) {
  /** Create if missing, durable, up to 1,024 snapshots and 16 databases. */
  public static final EnvironmentOptions DEFAULT =
      new EnvironmentOptions(true, false, true, 1024, 16);

  /** Only read what is there. */
  public static final EnvironmentOptions READ_ONLY =
      new EnvironmentOptions(false, true, true, 1024, 16);

  /** Checks the ranges. */
  public EnvironmentOptions {
    if (create && readOnly) {
      throw new IllegalArgumentException("create and readOnly exclude each other");
    }
    if (maxReaders < 1 || maxReaders > 0xFFFF) {
      throw new IllegalArgumentException("maxReaders must be 1 to 65535, got " + maxReaders);
    }
    if (maxDatabases < 0 || maxDatabases > 1024) {
      throw new IllegalArgumentException("maxDatabases must be 0 to 1024, got " + maxDatabases);
    }
  }

  /** The same, durable or not. */
  public EnvironmentOptions withDurable(boolean value) {
    return new EnvironmentOptions(create, readOnly, value, maxReaders, maxDatabases);
  }

  /** The same with another number of snapshots. */
  public EnvironmentOptions withMaxReaders(int value) {
    return new EnvironmentOptions(create, readOnly, durable, value, maxDatabases);
  }

  /** The same with another number of databases. */
  public EnvironmentOptions withMaxDatabases(int value) {
    return new EnvironmentOptions(create, readOnly, durable, maxReaders, value);
  }
}
