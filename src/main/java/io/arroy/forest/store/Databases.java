package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/**
 * The application's databases that this process has opened. LMDB lets one thread at a time open
 * one, in a transaction that ends before another opens the next: hence transactions for that alone.
 */
final class Databases {
  private final Env<MemorySegment> env;
  private final Environment environment;
  private final int most;
  private final Map<String, Database> open = new HashMap<>();

  Databases(Env<MemorySegment> env, Environment environment, int most) {
    this.env = env;
    this.environment = environment;
    this.most = most;
  }

  /** How many are open. */
  synchronized int count() {
    return open.size();
  }

  /**
   * Opens a database in a transaction for that alone.
   *
   * @return null if there is none
   */
  Database open(String name, Lmdb.Call<Txn<MemorySegment>> begin, DbiFlags... flags)
      throws IOException {
    while (true) {
      int before = count();
      // Outside of the lock: it may wait for a writer of another process.
      try (Txn<MemorySegment> txn = begin.run()) {
        synchronized (this) {
          if (open.size() == before) {
            return open(name, txn, flags);
          }
        }
        // Another thread's database has the number that this transaction would give to its own.
      }
    }
  }

  private Database open(String name, Txn<MemorySegment> txn, DbiFlags... flags) throws IOException {
    Database known = open.get(name);
    if (known != null) {
      return known;
    }
    if (open.size() == most) {
      throw new IllegalStateException(
          environment.file() + " has " + most + " databases open, as many as it was opened for");
    }
    Path file = environment.file();
    Dbi<MemorySegment> dbi = Lmdb.call(file, "open a database in", () -> dbi(name, txn, flags));
    if (dbi == null) {
      return null;
    }
    List<DbiFlags> found = dbi.listFlags(txn);
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(
          "database \"" + name + "\" of " + file + " has LMDB's flags " + found + ", not none");
    }
    Lmdb.run(file, "write to", txn::commit);
    Database opened = new Database(environment, name, new Table(file, dbi), open.size());
    open.put(name, opened);
    return opened;
  }

  private Dbi<MemorySegment> dbi(String name, Txn<MemorySegment> txn, DbiFlags... flags) {
    try {
      return env.openDbi(txn, name.getBytes(StandardCharsets.UTF_8), null, false, flags);
    } catch (Dbi.KeyNotFoundException e) {
      return null;
    }
  }
}
