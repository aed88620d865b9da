package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/** Opens the database that holds the blocks of a live environment. */
final class MainTable {
  private static final byte[] NAME = Environment.DATABASE.getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final Env<MemorySegment> env;
  private final int pageSize;

  private MainTable(Path file, Env<MemorySegment> env, int pageSize) {
    this.file = file;
    this.env = env;
    this.pageSize = pageSize;
  }

  /**
   * Opens it, and creates it where that is wanted and it is missing.
   *
   * @throws CorruptEnvironmentException if it is missing and not to be created, or has another
   *     format
   */
  static Table open(Path file, Env<MemorySegment> env, int pageSize, EnvironmentOptions options)
      throws IOException {
    MainTable table = new MainTable(file, env, pageSize);
    return new Table(file, table.open(options.create()));
  }

  private Dbi<MemorySegment> open(boolean create) throws IOException {
    try {
      // Who only opens what is there does not wait for a writer.
      Dbi<MemorySegment> dbi = openStored();
      if (dbi != null) {
        return dbi;
      }
    } catch (IOException e) {
      if (!create || !(e.getCause() instanceof Env.ReadersFullException)) {
        throw e;
      }
    }
    if (!create) {
      throw new CorruptEnvironmentException(
          file + " holds no environment: no LMDB database \"" + Environment.DATABASE + '"');
    }
    return create();
  }

  /** The database, or null if it is missing. */
  private Dbi<MemorySegment> openStored() throws IOException {
    try (Txn<MemorySegment> txn = Lmdb.call(file, "read", () -> Lmdb.beginRead(env))) {
      Dbi<MemorySegment> dbi = Lmdb.call(file, "open", () -> openIfThere(txn));
      if (dbi != null) {
        FormatEntry.check(new Table(file, dbi).get(txn, FormatEntry.key()), pageSize);
        Lmdb.run(file, "read", txn::commit); // what keeps the database open
      }
      return dbi;
    }
  }

  private Dbi<MemorySegment> openIfThere(Txn<MemorySegment> txn) {
    try {
      return env.openDbi(txn, NAME, null, false);
    } catch (Dbi.KeyNotFoundException e) {
      return null;
    }
  }

  private Dbi<MemorySegment> create() throws IOException {
    try (Txn<MemorySegment> txn = Lmdb.call(file, "write to", env::txnWrite)) {
      Dbi<MemorySegment> dbi =
          Lmdb.call(file, "open", () -> env.openDbi(txn, NAME, null, false, DbiFlags.MDB_CREATE));
      Table created = new Table(file, dbi);
      MemorySegment format = created.get(txn, FormatEntry.key());
      if (format == null) {
        byte[] value = FormatEntry.value(pageSize);
        created.put(txn, FormatEntry.key(), MemorySegment.ofArray(value));
      } else {
        FormatEntry.check(format, pageSize); // another process was faster
      }
      Lmdb.run(file, "write to", txn::commit);
      return dbi;
    }
  }
}
