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
    return new CopyingCursor();
  }

  private final class CopyingCursor implements Cursor {
    private MemorySegment buffer = MemorySegment.NULL;
    private MemorySegment located;
    private long locatedAt = -1;

    @Override
    public MemorySegment read(long offset, int bytes) throws IOException {
      Objects.checkFromIndexSize(offset, bytes, length);
      if (buffer.byteSize() < bytes) {
        buffer = OffHeap.buffer(bytes);
      }
      synchronized (transaction) {
        transaction.checkOpen();
        if (locatedAt != transaction.changes()) {
          located = transaction.locate(key, length);
          locatedAt = transaction.changes();
        }
        MemorySegment.copy(located, offset, buffer, 0, bytes);
      }
      return buffer.asSlice(0, bytes).asReadOnly();
    }
  }
}
