package io.arroy.forest.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.util.IOUtils;
import org.lmdbjava.CopyFlags;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/**
 * An environment that can be changed: one LMDB data file with a lock file beside it ({@code
 * NAME-lock}), for any number of processes. One transaction writes at a time; snapshots read
 * meanwhile what was last committed when they were taken.
 *
 * <p>All blocks lie in the LMDB database named {@value #DATABASE}. The application may keep {@link
 * #database databases of its own} beside it and change them in the same transactions. The file
 * grows by itself as far as the disk allows. It never shrinks, and it grows faster while an old
 * snapshot is kept open, because what that still sees cannot be reused.
 *
 * <p>A process may have a file open once. Safe for use by many threads.
 */
public final class Environment implements Closeable {
  /** The LMDB database that holds the blocks. */
  public static final String DATABASE = "arroy";

  /** How often to open a file again that was replaced meanwhile. */
  private static final int ATTEMPTS = 30;

  private final Path file;
  private final EnvironmentOptions options;
  private final OpenFile openFile;
  private final Env<MemorySegment> env;
  private final Table table;
  private final Databases databases;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private final ReentrantLock writing = new ReentrantLock();

  /** Guards what follows. */
  private final Object state = new Object();

  private final GrowingMap map;
  private final Lineage lineage;
  private final Set<Snapshot> snapshots = new HashSet<>();
  private boolean writer;
  private boolean closed;

  /** Opens a file, creating it if it is missing. */
  public static Environment open(Path file) throws IOException {
    return open(file, EnvironmentOptions.DEFAULT);
  }

  /**
   * Opens a file, of any released version of the format: there is one so far.
   *
   * @param file the data file; on the default file system
   * @throws NoSuchFileException if it does not exist and is not to be created
   * @throws CorruptEnvironmentException if it is no LMDB file, is damaged, has another byte order
   *     or format version, or holds no environment and none is to be created
   * @throws IllegalStateException if this process has it open
   */
  public static Environment open(Path file, EnvironmentOptions options) throws IOException {
    return open(file, options, LiveFile.reservedBytes());
  }

  static Environment open(Path file, EnvironmentOptions options, long mapBytes) throws IOException {
    return open(file, options, mapBytes, false);
  }

  /**
   * The same with an address space to set aside.
   *
   * @param cramped whether to take it for all there is
   */
  static Environment open(Path file, EnvironmentOptions options, long mapBytes, boolean cramped)
      throws IOException {
    if (options.create()) {
      LiveFile.createIfMissing(file, options.durable());
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      OpenFile claimed = OpenFile.claim(file);
      Environment opened;
      try {
        opened = new Environment(file, options, claimed, mapBytes, cramped);
      } catch (Throwable t) {
        claimed.close();
        throw t;
      }
      // Nobody replaces it from now on; but somebody may just have done so, or deleted it.
      boolean inPlace = false;
      try {
        claimed.claimLockFile();
        inPlace = claimed.isInPlace();
      } finally {
        if (!inPlace) {
          opened.close();
        }
      }
      if (inPlace) {
        return opened;
      }
    }
    throw new IOException(file + " is being replaced all the time");
  }

  private Environment(
      Path file, EnvironmentOptions options, OpenFile openFile, long mapBytes, boolean cramped)
      throws IOException {
    this.file = file;
    this.options = options;
    this.openFile = openFile;
    long used = LiveFile.checkedLength(file, options.create());
    long reserved = Math.max(mapBytes, 2 * used);
    env = LiveFile.open(file, options, reserved, used);
    Lineage checked = null;
    try {
      map = new GrowingMap(file, env, cramped || env.info().mapSize < reserved);
      checked = new Lineage(file, map.pageSize());
      lineage = checked;
      LivePages.check(file, env, !options.readOnly());
      table = MainTable.open(file, env, map.pageSize(), options);
      databases = new Databases(env, this, options.maxDatabases());
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, checked, env::close);
      throw t;
    }
  }

  /** The data file. */
  public Path file() {
    return file;
  }

  /** What is committed now, to be read until it is closed. */
  public Snapshot read() throws IOException {
    synchronized (state) {
      checkOpen();
      int open = databases.count();
      Snapshot snapshot = new Snapshot(this, begin(true), open);
      snapshots.add(snapshot);
      return snapshot;
    }
  }

  /**
   * Starts to write, after waiting for other writers, also of other processes. The transaction
   * belongs to the calling thread and must be closed by it.
   *
   * @throws IllegalStateException if this thread has a transaction open, or if this is read-only
   */
  public WriteTransaction write() throws IOException {
    if (options.readOnly()) {
      throw new IllegalStateException(file + " was opened read-only");
    }
    if (writing.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread is already writing to " + file);
    }
    startWrite();
    try {
      int open = databases.count();
      return new WriteTransaction(this, begin(false), open);
    } catch (Throwable t) {
      endWrite();
      throw t;
    }
  }

  private void startWrite() throws IOException {
    writing.lock();
    try {
      synchronized (state) {
        checkOpen();
        forgetDeadReaders();
        if (snapshots.isEmpty()) {
          map.growIfNeeded();
        }
        writer = true;
      }
    } catch (Throwable t) {
      endWrite();
      throw t;
    }
  }

  /**
   * Writes a copy of what is committed now: without free pages, and with all databases of the file.
   *
   * @param copy a file that does not exist; it appears when it is whole, with the permissions of
   *     this one
   */
  public void copyTo(Path copy) throws IOException {
    Compaction.copy(this, copy);
  }

  /** The same; anybody may read what LMDB writes, and part of it may be left if this fails. */
  void copyPages(Path copy) throws IOException {
    synchronized (state) {
      checkOpen();
      openFile.checkData();
      begin(true).close(); // LMDB's own transaction is not checked
      Lmdb.run(file, "copy", () -> env.copy(copy.toFile(), CopyFlags.MDB_CP_COMPACT));
      openFile.checkData();
    }
  }

  /**
   * Opens a database of the application's own, and creates it, empty, if it is missing: that alone
   * is committed at once. Transactions begun after can use it.
   *
   * @param name 1 to {@value Database#MAX_KEY_BYTES} bytes of UTF-8 without zeros, other than
   *     {@value #DATABASE}
   * @throws IllegalArgumentException if the name is not, or if there is none of that name and this
   *     is read-only
   * @throws IllegalStateException if as many are open as {@link EnvironmentOptions} allows, or this
   *     thread is writing
   */
  public Database database(String name) throws IOException {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1
        || length > Database.MAX_KEY_BYTES
        || name.indexOf(0) >= 0
        || name.equals(DATABASE)) {
      throw new IllegalArgumentException(
          "a database of the application must have a name of 1 to "
              + Database.MAX_KEY_BYTES
              + " bytes without zeros, other than \""
              + DATABASE
              + "\", got \""
              + name
              + '"');
    }
    if (writing.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "this thread is writing to " + file + "; open database \"" + name + "\" before");
    }
    synchronized (state) {
      checkOpen();
      Database found = databases.open(name, () -> begin(true));
      if (found != null) {
        return found;
      }
    }
    if (options.readOnly()) {
      throw new IllegalArgumentException(file + " has no database \"" + name + '"');
    }
    startWrite();
    try {
      return databases.open(name, () -> begin(false), DbiFlags.MDB_CREATE);
    } catch (IOException e) {
      throw explained(e, 0);
    } finally {
      endWrite();
    }
  }

  /**
   * Closes the file, and all snapshots: their readers get {@link IllegalStateException} from then
   * on. The second call only waits for the first to end, if the caller is not reading.
   *
   * @throws IllegalStateException if a thread is writing; nothing is closed then
   */
  @Override
  public void close() throws IOException {
    List<Snapshot> open;
    boolean first;
    synchronized (state) {
      if (writer && !closed) {
        throw new IllegalStateException("a write transaction is open on " + file);
      }
      first = !closed;
      closed = true;
      open = new ArrayList<>(snapshots);
    }
    if (first) {
      close(open);
    } else if (open.stream().noneMatch(Thread::holdsLock)) {
      ended.join();
    }
  }

  /** Not while holding the state: a thread that reads a snapshot may be waiting for it. */
  private void close(List<Snapshot> open) throws IOException {
    try {
      IOUtils.close(open);
    } finally {
      try {
        env.close();
      } finally {
        lineage.close();
        openFile.close();
        ended.complete(null);
      }
    }
  }

  Table table() {
    return table;
  }

  /** Takes note that a snapshot has ended. */
  void forget(Snapshot snapshot) {
    synchronized (state) {
      snapshots.remove(snapshot);
    }
  }

  /** What to throw where a writer's change failed after so many bytes of changes. */
  IOException explained(IOException failure, long bytes) {
    synchronized (state) {
      return map.explain(failure, bytes);
    }
  }

  /** Lets the next writer in. */
  void endWrite() {
    synchronized (state) {
      writer = false;
    }
    writing.unlock();
  }

  /** The data file without links, which may lead elsewhere by now. */
  Path realFile() {
    return openFile.real();
  }

  int pageSize() {
    return map.pageSize();
  }

  /** Begins a transaction; another process may have made the file outgrow the map of this one. */
  private Txn<MemorySegment> begin(boolean read) throws IOException {
    try {
      return beginOnce(read);
    } catch (MapOutgrownException e) {
      synchronized (state) {
        if (!snapshots.isEmpty() || (read && writer)) {
          throw new IOException(
              file
                  + " outgrew the address space this process has for it; close its open snapshots"
                  + " and transactions and try again",
              e);
        }
        checkOpen();
        map.follow();
      }
      return beginOnce(read);
    }
  }

  private Txn<MemorySegment> beginOnce(boolean read) throws IOException {
    Txn<MemorySegment> txn =
        Lmdb.call(
            file,
            "begin a transaction on",
            () -> {
              try {
                return read ? Lmdb.beginRead(env) : env.txnWrite();
              } catch (Dbi.MapResizedException e) {
                throw new MapOutgrownException(e);
              }
            });
    try {
      if (read) {
        lineage.checkReader(txn.getId());
      } else {
        openFile.checkInPlace();
        lineage.checkWriter(txn.getId());
      }
    } catch (Throwable t) {
      txn.close();
      throw t;
    }
    return txn;
  }

  /** The snapshots of a process that died would pin old pages for as long as others live. */
  private void forgetDeadReaders() throws IOException {
    Lmdb.run(file, "look for dead readers of", env::readerCheck);
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IllegalStateException(file + " is closed");
    }
    map.check();
  }

  private static final class MapOutgrownException extends IOException {
    MapOutgrownException(Throwable cause) {
      super(cause);
    }
  }
}
