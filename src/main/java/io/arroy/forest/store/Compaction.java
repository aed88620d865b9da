package io.arroy.forest.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.apache.lucene.util.IOUtils;

/**
 * Copies live environments without their free pages. All databases of the file are copied, the
 * application's own too.
 */
public final class Compaction {
  private Compaction() {}

  /**
   * Writes a compact copy, with the permissions of the original. Others may read and write the
   * environment meanwhile; the copy has what was committed when this began. It appears when it is
   * whole.
   *
   * @throws FileAlreadyExistsException if there is a file of the copy's name
   * @throws NoSuchFileException if the folder of the copy is missing
   */
  public static void copy(Path file, Path copy) throws IOException {
    write(file, folderOf(copy), pages -> copyPages(file, pages), whole -> put(whole, copy));
  }

  /** The same of an environment that is open. */
  static void copy(Environment environment, Path copy) throws IOException {
    Path file = environment.realFile();
    write(file, folderOf(copy), environment::copyPages, whole -> put(whole, copy));
  }

  private static void put(Path whole, Path copy) throws IOException {
    Files.move(whole, copy);
    forceName(copy);
  }

  private static Path folderOf(Path copy) throws IOException {
    if (Files.exists(copy)) {
      throw new FileAlreadyExistsException(copy.toString(), null, "exists already");
    }
    Path beside = copy.toAbsolutePath().getParent();
    if (!Files.isDirectory(beside)) {
      // Else the error would name the folder that this makes, which nobody asked for.
      throw new NoSuchFileException(copy.toString(), null, "its folder is missing");
    }
    return beside;
  }

  /**
   * Puts a compact copy in the environment's place, at once: there is the whole old file or the
   * whole new one at any moment. Nobody may have it open; who opens it meanwhile gets either.
   *
   * @throws IOException if this or another process has it open, or wrote to it meanwhile; it is as
   *     it was then
   */
  public static void replace(Path file) throws IOException {
    replace(file, () -> {}, () -> {});
  }

  static void replace(Path file, Lmdb.Action afterCopying, Lmdb.Action whileLocked)
      throws IOException {
    Path real = file.toRealPath();
    long before = transaction(real);
    write(
        real,
        real.getParent(),
        pages -> copyPages(real, pages),
        whole -> {
          afterCopying.run();
          OpenFile open = claim(file);
          try {
            moveAlone(real, before, whole, whileLocked);
          } finally {
            open.close();
          }
        });
  }

  private static OpenFile claim(Path file) throws IOException {
    try {
      return OpenFile.claim(file);
    } catch (IllegalStateException e) {
      throw new IOException(file + " is open in this process; nothing was replaced", e);
    }
  }

  /** What is done to a copy. */
  private interface Step {
    void accept(Path copy) throws IOException;
  }

  private static void copyPages(Path file, Path copy) throws IOException {
    checkPages(file);
    try (Environment environment = Environment.open(file, EnvironmentOptions.READ_ONLY)) {
      environment.copyPages(copy);
    }
  }

  /**
   * LMDB lets everybody read the copies it makes: this one lies in a folder nobody else opens. It
   * numbers their only transaction 1, and leaves one of the meta pages empty: to a process that
   * waits for the lock while the copy is put in place, and so goes by the number in the old lock
   * file, it could be that one which counts.
   */
  private static void write(Path file, Path beside, Step copyPages, Step finish)
      throws IOException {
    Path folder = Files.createTempDirectory(beside, "compact");
    Path copy = folder.resolve("data.mdb");
    try {
      copyPages.accept(copy);
      if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
      }
      MetaPage.setBoth(copy, Math.max(1, transaction(file)));
      force(copy);
      finish.accept(copy);
    } finally {
      Files.deleteIfExists(copy);
      Files.deleteIfExists(folder);
    }
  }

  /** LMDB shares a lock on the lock file's first byte among all processes that have it open. */
  private static void moveAlone(Path file, long before, Path copy, Lmdb.Action whileLocked)
      throws IOException {
    // It is there unless somebody deleted it meanwhile.
    LockFile.createIfMissing(file, EnvironmentOptions.DEFAULT.maxReaders());
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try (FileChannel channel =
            FileChannel.open(LockFile.of(file), options, OwnerOnly.attributes());
        FileLock lock = tryLock(channel)) {
      if (lock == null) {
        throw new IOException(file + " is open in another process; nothing was replaced");
      }
      if (transaction(file) != before) {
        throw new IOException(file + " was changed meanwhile; nothing was replaced");
      }
      whileLocked.run();
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      // Else the old file may be back after a power failure, without what is committed from now on.
      forceName(file);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(0, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void checkPages(Path file) throws IOException {
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      if (pages.sealed()) {
        throw new IllegalArgumentException(file + " is sealed: there is nothing to compact");
      }
      pages.countPages();
    }
  }

  private static long transaction(Path file) throws IOException {
    return MetaPage.read(file).transaction();
  }

  /** Makes the device keep that there is a file of this name. */
  static void forceName(Path file) throws IOException {
    IOUtils.fsync(file.toAbsolutePath().getParent(), true);
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
