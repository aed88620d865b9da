package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A block that a transaction has put and not yet committed. LMDB may move it with any change, so
 * its bytes are copied out in turn with the changes.
 */
final class UncommittedBlock implements Block {
  private final WriteTransaction transaction;
  private final BlockKey key;
  private final long length;

  UncommittedBlock(WriteTransaction transaction, BlockKey key, long length) {
    this.transaction = transaction;
    this.key = key;
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean copies() {
    return true;
  }

  @Override
  public Cursor cursor() {
    return cursor(CopyBuffer.onHeap());
  }

  @Override
  public Cursor cursor(CopyBuffer shared) {
    return new CopyingCursor(shared);
  }

  private final class CopyingCursor implements Cursor {
    private final CopyBuffer buffer;
    private MemorySegment located;
    private long locatedAt = -1;

    CopyingCursor(CopyBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public MemorySegment read(long offset, int bytes) throws IOException {
      Objects.checkFromIndexSize(offset, bytes, length);
      MemorySegment copy = buffer.get(bytes);
      synchronized (transaction) {
        transaction.checkOpen();
        if (locatedAt != transaction.changes()) {
          located = transaction.locate(key, length);
          locatedAt = transaction.changes();
        }
        MemorySegment.copy(located, offset, copy, 0, bytes);
      }
      return copy.asReadOnly();
    }
  }
}
