package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * An LMDB database of the application's own, in the file of an {@link Environment}: entries of
 * bytes in the order of their keys. What a transaction puts here is committed together with what it
 * changes of indexes, and a snapshot sees both as they were at one moment.
 *
 * <p>The engine's own database is out of reach from here. Good for as long as the environment is
 * open, by any thread, in transactions begun after {@link Environment#database} returned it.
 */
public final class Database {
  /** The longest key, in bytes. */
  public static final int MAX_KEY_BYTES = 511;

  /** The longest value, in bytes. */
  public static final int MAX_VALUE_BYTES = 1 << 30;

  private final Environment environment;
  private final String name;
  private final Table table;
  private final int number;

  /** Takes an entry; returns whether to go on. */
  public interface Visitor {
    /** The key and the value are the visitor's to keep. */
    boolean visit(byte[] key, byte[] value) throws IOException;
  }

  Database(Environment environment, String name, Table table, int number) {
    this.environment = environment;
    this.name = name;
    this.table = table;
    this.number = number;
  }

  /** Its name among the databases of the file. */
  public String name() {
    return name;
  }

  /**
   * The value of a key, if there is one.
   *
   * @param key 1 to {@value #MAX_KEY_BYTES} bytes
   */
  public Optional<byte[]> get(Transaction transaction, byte[] key) throws IOException {
    checkKey(key);
    synchronized (transaction) {
      check(transaction);
      MemorySegment value = table.get(transaction.txn(), key);
      return value == null ? Optional.empty() : Optional.of(value.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /**
   * Visits the entries in ascending order of their keys, compared byte by byte without sign.
   * Nothing may be changed in the transaction meanwhile.
   *
   * @param from the least key that is visited; empty for all
   */
  public void forEach(Transaction transaction, byte[] from, Visitor visitor) throws IOException {
    if (from.length > 0) {
      checkKey(from);
    }
    synchronized (transaction) {
      check(transaction);
      table.scan(
          transaction.txn(),
          from,
          (key, value) -> visitor.visit(key, value.toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  /** Number of entries. */
  public long size(Transaction transaction) throws IOException {
    synchronized (transaction) {
      check(transaction);
      return table.entries(transaction.txn());
    }
  }

  /**
   * Puts an entry, in place of one with the same key.
   *
   * @param key 1 to {@value #MAX_KEY_BYTES} bytes
   * @param value at most {@value #MAX_VALUE_BYTES} bytes; held in memory until the commit
   * @throws IllegalArgumentException if either is too long, or the key is empty; nothing is changed
   */
  public void put(WriteTransaction transaction, byte[] key, byte[] value) throws IOException {
    checkKey(key);
    if (value.length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value in database \""
              + name
              + "\" must have at most "
              + MAX_VALUE_BYTES
              + " bytes, got "
              + value.length);
    }
    synchronized (transaction) {
      check(transaction);
      transaction.put(table, key, MemorySegment.ofArray(value));
    }
  }

  /**
   * Deletes an entry.
   *
   * @return whether there was one
   */
  public boolean delete(WriteTransaction transaction, byte[] key) throws IOException {
    checkKey(key);
    synchronized (transaction) {
      check(transaction);
      return transaction.delete(table, key);
    }
  }

  /** Deletes all entries. */
  public void clear(WriteTransaction transaction) throws IOException {
    synchronized (transaction) {
      check(transaction);
      transaction.clear(table);
    }
  }

  private void checkKey(byte[] key) {
    if (key.length < 1 || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key in database \""
              + name
              + "\" must have 1 to "
              + MAX_KEY_BYTES
              + " bytes, got "
              + key.length);
    }
  }

  private void check(Transaction transaction) {
    if (transaction.environment() != environment) {
      throw new IllegalArgumentException(
          "database \""
              + name
              + "\" is in "
              + environment.file()
              + ", the transaction reads "
              + transaction.environment().file());
    }
    transaction.checkOpen();
    if (number >= transaction.databases()) {
      throw new IllegalStateException(
          "the transaction began before database \"" + name + "\" was opened");
    }
  }
}
