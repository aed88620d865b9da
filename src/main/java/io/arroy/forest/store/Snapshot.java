package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.lmdbjava.Txn;

/**
 * An environment as it was at one moment. Its blocks point into the file's map and can be read by
 * any thread until this is closed; after that they give {@link IllegalStateException}.
 *
 * <p>Keep it no longer than needed: what it sees cannot be reused by writers.
 */
public final class Snapshot extends Transaction implements BlockCatalog {
  private final Mapping mapping = new Mapping();
  private boolean closed;

  Snapshot(Environment environment, Txn<MemorySegment> txn, int databases) {
    super(environment, txn, databases);
  }

  @Override
  public synchronized Optional<Block> find(BlockKey key) throws IOException {
    checkOpen();
    MemorySegment value = environment().table().get(txn(), key.toBytes());
    return value == null ? Optional.empty() : Optional.of(new SegmentBlock(mapping.view(value)));
  }

  @Override
  public synchronized List<BlockKey> keys() throws IOException {
    checkOpen();
    return environment().table().keys(txn());
  }

  /** The keys of all blocks of a kind that belong to an index, in order. */
  public synchronized List<BlockKey> keys(BlockKind kind, int index) throws IOException {
    checkOpen();
    return environment().table().keys(txn(), kind, index);
  }

  /** The number of the last transaction it sees: grows with every commit. */
  public synchronized long transaction() {
    checkOpen();
    return txn().getId();
  }

  /** Has no effect the second time. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        mapping.close();
      } finally {
        txn().close();
      }
    }
    environment().forget(this);
  }

  @Override
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("snapshot is closed");
    }
  }
}
