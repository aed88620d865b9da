package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.lmdbjava.Txn;

/**
 * Changes to an environment that others see all at once, after {@link #commit}, or never.
 *
 * <p>Reads see its own changes. A block found here stays readable, by any thread, until it is
 * replaced or deleted or the transaction ends. All else belongs to the thread that began it.
 *
 * <p>What is put is held in memory until the commit: write much in several transactions.
 */
public final class WriteTransaction extends Transaction implements BlockSink {
  /** In an LMDB page's header, seen from the value of a block that has pages of its own. */
  private static final int FLAGS_BEFORE_VALUE = 6;

  private static final int DIRTY_FLAG = 0x10;

  private final Thread owner = Thread.currentThread();
  private final Mapping mapping = new Mapping();
  private final BitSet rewritten = new BitSet();

  /** The indexes of which a build was begun and not finished. */
  private final BitSet doomed = new BitSet();

  private long changes;
  private long bytes;
  private boolean closed;

  WriteTransaction(Environment environment, Txn<MemorySegment> txn, int databases) {
    super(environment, txn, databases);
  }

  @Override
  public synchronized void put(BlockKey key, MemorySegment value) throws IOException {
    checkOwned();
    Table.checkLength(key, value);
    if (key.kind() != BlockKind.CHANGES) {
      rewritten.set(key.index());
    }
    put(environment().table(), key.toBytes(), value);
  }

  /** Deletes a block; returns whether there was one. */
  public synchronized boolean delete(BlockKey key) throws IOException {
    return delete(environment().table(), key.toBytes());
  }

  /** Deletes all blocks of a kind that belong to an index; returns how many there were. */
  public synchronized int deleteAll(BlockKind kind, int index) throws IOException {
    List<BlockKey> keys = keys(kind, index);
    for (BlockKey key : keys) {
      delete(key);
    }
    return keys.size();
  }

  @Override
  public synchronized Optional<Block> find(BlockKey key) throws IOException {
    checkOpen();
    MemorySegment value = environment().table().get(txn(), key.toBytes());
    if (value == null) {
      return Optional.empty();
    }
    if (value.byteSize() <= environment().pageSize() / 2) {
      // It may lie among others on a page that the next change moves.
      byte[] copy = value.toArray(ValueLayout.JAVA_BYTE);
      return Optional.of(new SegmentBlock(MemorySegment.ofArray(copy)));
    }
    return Optional.of(
        isMapped(value)
            ? new SegmentBlock(mapping.view(value))
            : new UncommittedBlock(this, key, value.byteSize()));
  }

  /** The keys of all blocks of a kind that belong to an index, in order. */
  public synchronized List<BlockKey> keys(BlockKind kind, int index) throws IOException {
    checkOpen();
    return environment().table().keys(txn(), kind, index);
  }

  /**
   * Makes the changes visible to snapshots taken from now on, and ends the transaction.
   *
   * @throws IllegalStateException if a change was left half done by an exception; the transaction
   *     can then only be closed
   */
  public synchronized void commit() throws IOException {
    checkOwned();
    if (!doomed.isEmpty()) {
      throw new IllegalStateException(
          "cannot commit: the build of index " + doomed.nextSetBit(0) + " was not finished");
    }
    try {
      closed = true;
      mapping.close();
      Lmdb.run(environment().file(), "write to", txn()::commit);
    } catch (IOException e) {
      throw explained(e);
    } finally {
      end();
    }
  }

  /** Drops the changes, unless they were committed. Has no effect the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    checkOwned();
    try {
      closed = true;
      mapping.close();
    } finally {
      end();
    }
  }

  /** Forbids the commit, because a build of an index was begun. */
  public synchronized void doom(int index) {
    doomed.set(index);
  }

  /** Allows it again as far as this index is concerned, because its build has come to its end. */
  public synchronized void clearDoom(int index) {
    doomed.clear(index);
  }

  synchronized void put(Table table, byte[] key, MemorySegment value) throws IOException {
    checkOwned();
    changes++;
    bytes += value.byteSize() + environment().pageSize();
    try {
      table.put(txn(), key, value);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  synchronized boolean delete(Table table, byte[] key) throws IOException {
    checkOwned();
    changes++;
    try {
      return table.delete(txn(), key);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  synchronized void clear(Table table) throws IOException {
    checkOwned();
    changes++;
    try {
      table.clear(txn());
    } catch (IOException e) {
      throw explained(e);
    }
  }

  /** Deletes and commits need room as well. */
  private IOException explained(IOException e) {
    return environment().explained(e, bytes);
  }

  /** Whether blocks of an index other than its changes were put in this transaction. */
  synchronized boolean rewrote(int index) {
    return rewritten.get(index);
  }

  /** Counts the changes so far: while it stays, so does all that was found. */
  long changes() {
    return changes;
  }

  /** Where an uncommitted block lies until the next change. */
  MemorySegment locate(BlockKey key, long length) throws IOException {
    checkOpen();
    MemorySegment value = environment().table().get(txn(), key.toBytes());
    if (value == null || value.byteSize() != length) {
      throw new IllegalStateException(key + " was replaced or deleted");
    }
    return value;
  }

  @Override
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("write transaction is closed");
    }
  }

  private void checkOwned() {
    if (!owner.equals(Thread.currentThread())) {
      throw new IllegalStateException("write transaction belongs to thread " + owner.getName());
    }
    checkOpen();
  }

  private void end() {
    try {
      txn().close();
    } finally {
      environment().endWrite();
    }
  }

  /** Whether a block with pages of its own lies in the file's map, where it stays. */
  private static boolean isMapped(MemorySegment value) {
    short flags =
        MemorySegmentProxy.at(value.address() - FLAGS_BEFORE_VALUE, Short.BYTES)
            .get(ValueLayout.JAVA_SHORT, 0);
    return (flags & DIRTY_FLAG) == 0;
  }
}
