package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  public Cursor cursor() {
    return new CopyingCursor();
  }

  private final class CopyingCursor implements Cursor {
    private byte[] buffer = new byte[0];
    private MemorySegment located;
    private long locatedAt = -1;

    @Override
    public MemorySegment read(long offset, int bytes) throws IOException {
      Objects.checkFromIndexSize(offset, bytes, length);
      if (buffer.length < bytes) {
        buffer = new byte[bytes];
      }
      synchronized (transaction) {
        transaction.checkOpen();
        if (locatedAt != transaction.changes()) {
          located = transaction.locate(key, length);
          locatedAt = transaction.changes();
        }
        MemorySegment.copy(located, ValueLayout.JAVA_BYTE, offset, buffer, 0, bytes);
      }
      return MemorySegment.ofArray(buffer).asSlice(0, bytes).asReadOnly();
    }
  }
}
