package io.arroy.forest.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file beside an environment through which LMDB's processes see each other's readers. LMDB
 * makes it without giving it room on the disk, and writes to it through a map: on a full disk that
 * ends the process. So it is made here, with all its bytes.
 */
final class LockFile {
  private static final int READER_BYTES = 64;

  /** What precedes the places of readers, but for one of them. */
  private static final int HEADER_BYTES = 128;

  private static final int PROBE_BYTES = 1 << 12;

  private LockFile() {}

  /** The lock file of a data file. */
  static Path of(Path file) {
    return file.resolveSibling(file.getFileName() + "-lock");
  }

  /**
   * Makes the file of zeros, which LMDB takes for a new one, if there is none. Where nobody may
   * make it, LMDB shall say so.
   *
   * <p>One that is there keeps its size: LMDB would extend it without giving it room, and who has
   * it open knows only the places that were there.
   *
   * @param file the data file, not a link to it
   * @return how many readers LMDB may be asked for: no more than have a place
   * @throws IOException if there is no room, or there is one on a file system that is read-only
   *     here: somebody may write to it where it is not, and would not see who reads
   */
  static int createIfMissing(Path file, int maxReaders) throws IOException {
    return createIfMissing(file, maxReaders, Files::createLink);
  }

  /** Gives a file a second name. */
  interface Linking {
    void link(Path link, Path existing) throws IOException;

    /** Whether a folder can take another file, if it cannot take another name. */
    default boolean hasRoom(Path folder) throws IOException {
      Path probe = null;
      try {
        probe = Files.createTempFile(folder, "lock", ".tmp", OwnerOnly.attributes());
        Files.write(probe, new byte[PROBE_BYTES]);
        return true;
      } catch (FileSystemException e) {
        return false;
      } finally {
        if (probe != null) {
          Files.deleteIfExists(probe);
        }
      }
    }
  }

  static int createIfMissing(Path file, int maxReaders, Linking linking) throws IOException {
    Path lockFile = of(file);
    if (Files.exists(lockFile)) {
      if (!Files.isWritable(lockFile) && isOnReadOnlyFileSystem(lockFile)) {
        throw new IOException(
            "cannot open "
                + file
                + ": "
                + lockFile.getFileName()
                + " is on a read-only file system, so who writes to it elsewhere would write over"
                + " what is read here; open a copy without that file");
      }
      return places(lockFile, maxReaders);
    }
    Path whole;
    try {
      whole = Files.createTempFile(lockFile.getParent(), "lock", ".tmp", OwnerOnly.attributes());
    } catch (AccessDeniedException e) {
      return maxReaders;
    } catch (FileSystemException e) {
      if (saysReadOnly(e)) {
        return maxReaders;
      }
      throw e;
    }
    try {
      Files.write(whole, new byte[HEADER_BYTES + READER_BYTES * maxReaders]);
      if (!appears(whole, lockFile, linking)) {
        return places(lockFile, maxReaders);
      }
    } finally {
      Files.deleteIfExists(whole);
    }
    return maxReaders;
  }

  /**
   * Makes it appear whole, as another process may open it at any moment.
   *
   * @return false if there is one, of a process that was faster
   */
  private static boolean appears(Path whole, Path lockFile, Linking linking) throws IOException {
    try {
      linking.link(lockFile, whole);
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (FileSystemException e) {
      // Why, it says in the user's language: there are no links here, or there is no room.
      if (!linking.hasRoom(lockFile.getParent())) {
        throw e;
      }
    } catch (UnsupportedOperationException e) {
      // There are no links here: LMDB makes it.
    }
    return true;
  }

  /** How many readers of those wanted have a place: all if it is none that LMDB made whole. */
  private static int places(Path lockFile, int wanted) throws IOException {
    long places = (Files.size(lockFile) - HEADER_BYTES) / READER_BYTES;
    return places > 0 ? (int) Math.min(places, wanted) : wanted;
  }

  private static boolean isOnReadOnlyFileSystem(Path lockFile) throws IOException {
    try {
      FileChannel.open(lockFile, StandardOpenOption.WRITE).close();
      return false;
    } catch (FileSystemException e) {
      return saysReadOnly(e);
    }
  }

  private static boolean saysReadOnly(FileSystemException e) {
    return String.valueOf(e.getReason()).contains("Read-only");
  }
}
