package io.arroy.forest.store;

import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import org.lmdbjava.Txn;

/** What reads an environment: a snapshot, or a write transaction, which sees its own changes. */
public abstract sealed class Transaction implements BlockSource, Closeable
    permits Snapshot, WriteTransaction {
  private final Environment environment;
  private final Txn<MemorySegment> txn;

  /** How many databases of the application this process had open when it began. */
  private final int databases;

  Transaction(Environment environment, Txn<MemorySegment> txn, int databases) {
    this.environment = environment;
    this.txn = txn;
    this.databases = databases;
  }

  final Environment environment() {
    return environment;
  }

  final Txn<MemorySegment> txn() {
    return txn;
  }

  final int databases() {
    return databases;
  }

  /** Fails once it has ended. */
  abstract void checkOpen();
}
