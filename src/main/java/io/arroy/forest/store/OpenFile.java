package io.arroy.forest.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A live file that this process has open. LMDB must not open one twice: closing a lock file once
 * gives up the locks of all who have it open in the process. So neither the data file nor its lock
 * file, which stays where a data file is deleted and made anew, may be another's.
 */
final class OpenFile implements Closeable {
  private static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();

  private final Path file;

  /** Without links, which may lead elsewhere later. */
  private final Path real;

  private final Object identity;
  private final Set<Object> own = new HashSet<>();

  private OpenFile(Path file) throws IOException {
    this.file = file;
    this.real = file.toRealPath();
    this.identity = identity(real);
  }

  /**
   * Takes a file, before LMDB opens it.
   *
   * @param file the data file, by any path
   * @throws IllegalStateException if this process has it open
   */
  static OpenFile claim(Path file) throws IOException {
    OpenFile claimed = new OpenFile(file);
    try {
      claimed.add(claimed.identity);
      claimed.claimLockFile();
    } catch (Throwable t) {
      claimed.close();
      throw t;
    }
    return claimed;
  }

  /** Takes its lock file too, if there is one: call it again where opening may have made it. */
  void claimLockFile() throws IOException {
    Path lockFile = LockFile.of(real);
    if (Files.exists(lockFile)) {
      add(identity(lockFile));
    }
  }

  private void add(Object key) {
    if (!own.contains(key)) {
      if (!OPEN.add(key)) {
        throw new IllegalStateException(file + " is already open in this process");
      }
      own.add(key);
    }
  }

  /** Its path without links. */
  Path real() {
    return real;
  }

  /**
   * Checks that it still has its name, and its lock file: commits to a file without a name are
   * lost, and with another lock file others may write at the same time.
   *
   * @throws CorruptEnvironmentException if not
   */
  void checkInPlace() throws IOException {
    checkData();
    Path lockFile = LockFile.of(real);
    if (!own.contains(found(lockFile))) {
      throw gone(lockFile);
    }
  }

  /**
   * The same without the lock file, which who only reads need not have.
   *
   * @throws CorruptEnvironmentException if not
   */
  void checkData() throws IOException {
    if (!identity.equals(found(real))) {
      throw gone(real);
    }
  }

  private static CorruptEnvironmentException gone(Path path) {
    return new CorruptEnvironmentException(
        path + " was moved, deleted or replaced while it was open: close the environment");
  }

  /** What is there now, or null. */
  private static Object found(Path path) throws IOException {
    try {
      return identity(path);
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      return null;
    }
  }

  /** Whether its path still leads to it. */
  boolean isInPlace() throws IOException {
    return identity(file.toRealPath()).equals(identity);
  }

  @Override
  public void close() {
    OPEN.removeAll(own);
    own.clear();
  }

  private static Object identity(Path real) throws IOException {
    Object key = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
    return key == null ? real : key;
  }
}
