package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;

/** The data file of a live environment, and how LMDB is given it. */
final class LiveFile {
  /** Address space set aside for growth, where that costs nothing. */
  private static final long RESERVED_BYTES = 1L << 40;

  private static final long MIN_MAP_BYTES = 1L << 30;
  private static final long WINDOWS_MAP_BYTES = 1L << 26;

  private LiveFile() {}

  /**
   * Bytes of a file's pages, after its meta pages were checked.
   *
   * @param mayBeEmpty whether it may still have to become an environment
   */
  static long checkedLength(Path file, boolean mayBeEmpty) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() == 0 && mayBeEmpty) {
        return 0; // LMDB takes an empty file for a new one
      }
      if (channel.size() == 0) {
        throw new CorruptEnvironmentException(file + " is empty: it holds no environment yet");
      }
      return MetaPage.read(file, channel).length();
    }
  }

  /**
   * Opens LMDB on it, with less address space than wanted if there is not as much.
   *
   * @param used bytes of its pages
   */
  static Env<MemorySegment> open(Path file, EnvironmentOptions options, long wanted, long used)
      throws IOException {
    long least = Math.max(MIN_MAP_BYTES, used);
    int databases = 1 + options.maxDatabases();
    for (long mapBytes = wanted; ; mapBytes = Math.max(least, mapBytes / 2)) {
      try {
        return Lmdb.open(file, mapBytes, options.maxReaders(), databases, flags(options));
      } catch (IOException e) {
        if (mapBytes <= least || !String.valueOf(e.getMessage()).contains("ENOMEM")) {
          throw e;
        }
      }
    }
  }

  private static EnvFlags[] flags(EnvironmentOptions options) {
    Set<EnvFlags> flags = new HashSet<>(Set.of(EnvFlags.MDB_NOSUBDIR, EnvFlags.MDB_NOTLS));
    if (options.readOnly()) {
      flags.add(EnvFlags.MDB_RDONLY_ENV);
    }
    if (!options.durable()) {
      flags.add(EnvFlags.MDB_NOSYNC);
    }
    return flags.toArray(EnvFlags[]::new);
  }

  /** Creates it, empty, if there is none. */
  static void createIfMissing(Path file, boolean durable) throws IOException {
    if (Files.notExists(file)) {
      try {
        Files.createFile(file, OwnerOnly.attributes());
        if (durable) {
          // Else the name may be lost with the system, and all commits with it.
          Compaction.forceName(file);
        }
      } catch (FileAlreadyExistsException e) {
        // another process was faster
      }
    }
  }

  /** Address space to set aside for growth. */
  static long reservedBytes() {
    // There a file that is open for writing has the size of its map.
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return windows ? WINDOWS_MAP_BYTES : RESERVED_BYTES;
  }
}
