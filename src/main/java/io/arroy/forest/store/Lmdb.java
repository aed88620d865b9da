package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;
import org.lmdbjava.Txn;

/** Calls LMDB: loads its library, and turns its errors into checked ones that name the file. */
final class Lmdb {
  /** What is done with LMDB between two lines of ours. */
  interface Call<T> {
    T run() throws IOException;
  }

  /** The like, without a result. */
  interface Action {
    void run() throws IOException;
  }

  /** Why there is no LMDB here; empty if there is. */
  private static final Optional<Throwable> MISSING = load();

  private Lmdb() {}

  /**
   * Opens an environment on a file (not a folder); {@code mapSize} is in bytes.
   *
   * @throws IOException if it cannot, or if LMDB's library could not be loaded
   */
  static Env<MemorySegment> open(Path file, long mapSize, int maxReaders, EnvFlags... flags)
      throws IOException {
    return open(file, mapSize, maxReaders, 1, flags);
  }

  /** The same, with so many named databases. */
  static Env<MemorySegment> open(
      Path file, long mapSize, int maxReaders, int maxDatabases, EnvFlags... flags)
      throws IOException {
    if (MISSING.isPresent()) {
      throw new IOException(
          "cannot open "
              + file
              + ": LMDB's library cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "; it is taken from the lmdbjava jar and extracted to java.io.tmpdir ("
              + System.getProperty("java.io.tmpdir")
              + "), which must be writable and allow execution, or to the folders that the system"
              + " properties lmdbjava.extract.dir and jffi.extract.dir name",
          MISSING.get());
    }
    // LMDB names the lock file after the path: whoever comes through a link must share it.
    Path real = Files.exists(file) ? file.toRealPath() : file;
    boolean locks = !Arrays.asList(flags).contains(EnvFlags.MDB_NOLOCK);
    int readers = locks ? LockFile.createIfMissing(real, maxReaders) : maxReaders;
    return call(
        file,
        "open",
        () ->
            Env.create(MemorySegmentProxy.INSTANCE)
                .setMapSize(mapSize)
                .setMaxReaders(readers)
                .setMaxDbs(maxDatabases)
                .open(real.toFile(), 0600, flags));
  }

  /** Begins to read; readers that died make room where there are too many. */
  static Txn<MemorySegment> beginRead(Env<MemorySegment> env) {
    try {
      return env.txnRead();
    } catch (Env.ReadersFullException e) {
      env.readerCheck();
      return env.txnRead();
    }
  }

  static <T> T call(Path file, String what, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (LmdbNativeException.PageCorruptedException
        | LmdbNativeException.PageNotFoundException
        | Dbi.IncompatibleException
        | Env.FileInvalidException
        | Env.VersionMismatchException e) {
      throw new CorruptEnvironmentException(message(file, what, e), e);
    } catch (Env.AlreadyClosedException | Txn.NotReadyException e) {
      throw new IllegalStateException(message(file, what, e), e);
    } catch (LmdbException e) {
      throw new IOException(message(file, what, e), e);
    }
  }

  static void run(Path file, String what, Action action) throws IOException {
    call(
        file,
        what,
        () -> {
          action.run();
          return null;
        });
  }

  private static String message(Path file, String what, Exception e) {
    String message = "cannot " + what + " " + file + ": " + e.getMessage();
    if (what.equals("open") && message.contains("EACCES")) {
      return message + "; LMDB also needs to write to " + LockFile.of(file) + ", even to read";
    }
    if (e instanceof Env.ReadersFullException) {
      return message
          + "; "
          + LockFile.of(file)
          + " has a place for each of the maxReaders it was made for: for more, delete it while"
          + " nobody has the environment open";
    }
    if (!what.startsWith("write") || e instanceof Env.MapFullException) {
      return message;
    }
    try {
      // LMDB calls a full disk an input/output error.
      long free = Files.getFileStore(file).getUsableSpace();
      return message + "; " + free + " bytes are free on its disk";
    } catch (IOException unknown) {
      return message;
    }
  }

  /**
   * lmdbjava looks for its library with the thread's context class loader, which in an application
   * with plug-ins may not see it; and its foreign function layer uses {@code Unsafe}, of which
   * newer JDKs complain, unless told not to before it is loaded.
   */
  private static Optional<Throwable> load() {
    if (System.getProperty("jffi.unsafe.disabled") == null) {
      System.setProperty("jffi.unsafe.disabled", "true");
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Lmdb.class.getClassLoader());
    try {
      Class.forName("org.lmdbjava.Library", true, Lmdb.class.getClassLoader());
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      return Optional.of(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
