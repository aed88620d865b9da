package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/**
 * An LMDB database: the one that holds the blocks of an environment and the entry naming their
 * format, or one of the application's.
 */
final class Table {
  /** Takes an entry; its value is LMDB's memory, good only during the call. */
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(byte[] key, MemorySegment value) throws IOException;
  }

  private final Path file;
  private final Dbi<MemorySegment> dbi;

  Table(Path file, Dbi<MemorySegment> dbi) {
    this.file = file;
    this.dbi = dbi;
  }

  /** The value in LMDB's memory, or null. */
  MemorySegment get(Txn<MemorySegment> txn, byte[] key) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return Lmdb.call(file, "read", () -> dbi.get(txn, nativeCopy(key, arena)));
    }
  }

  /** Copies a value straight to where LMDB will write it from. */
  void put(Txn<MemorySegment> txn, byte[] key, MemorySegment value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment place =
          Lmdb.call(
              file,
              "write to",
              () -> dbi.reserve(txn, nativeCopy(key, arena), Math.toIntExact(value.byteSize())));
      MemorySegment.copy(value, 0, place, 0, value.byteSize());
    }
  }

  boolean delete(Txn<MemorySegment> txn, byte[] key) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return Lmdb.call(file, "delete from", () -> dbi.delete(txn, nativeCopy(key, arena)));
    }
  }

  /** Deletes all. */
  void clear(Txn<MemorySegment> txn) throws IOException {
    Lmdb.run(file, "delete from", () -> dbi.drop(txn));
  }

  /** Number of entries. */
  long entries(Txn<MemorySegment> txn) throws IOException {
    return Lmdb.call(file, "read", () -> dbi.stat(txn).entries);
  }

  /** Visits the entries from the first key that is not less than {@code from}, in key order. */
  void scan(Txn<MemorySegment> txn, byte[] from, Visitor visitor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Lmdb.run(
          file,
          "read",
          () -> {
            try (Cursor<MemorySegment> cursor = dbi.openCursor(txn)) {
              boolean found =
                  from.length == 0
                      ? cursor.first()
                      : cursor.get(nativeCopy(from, arena), GetOp.MDB_SET_RANGE);
              while (found) {
                byte[] key = MemorySegmentProxy.INSTANCE.getBytes(cursor.key());
                found = visitor.visit(key, cursor.val()) && cursor.next();
              }
            }
          });
    }
  }

  /** The keys of all blocks, in order. */
  List<BlockKey> keys(Txn<MemorySegment> txn) throws IOException {
    List<BlockKey> keys = new ArrayList<>();
    scan(
        txn,
        new byte[0],
        (bytes, value) -> {
          if (!FormatEntry.isKey(bytes)) {
            keys.add(BlockKey.fromBytes(bytes));
          }
          return true;
        });
    return keys;
  }

  /** The keys of all blocks of a kind that belong to an index, in order. */
  List<BlockKey> keys(Txn<MemorySegment> txn, BlockKind kind, int index) throws IOException {
    List<BlockKey> keys = new ArrayList<>();
    scan(
        txn,
        BlockKey.of(kind, index).toBytes(),
        (bytes, value) -> {
          if (FormatEntry.isKey(bytes)) {
            return false; // sorts after all blocks
          }
          BlockKey key = BlockKey.fromBytes(bytes);
          boolean wanted = key.kind() == kind && key.index() == index;
          if (wanted) {
            keys.add(key);
          }
          return wanted;
        });
    return keys;
  }

  static void checkLength(BlockKey key, MemorySegment value) {
    if (value.byteSize() < 1 || value.byteSize() > StoredBlock.MAX_BYTES) {
      throw new IllegalArgumentException(
          key + " must have 1 to " + StoredBlock.MAX_BYTES + " bytes, got " + value.byteSize());
    }
  }

  private static MemorySegment nativeCopy(byte[] key, Arena arena) {
    return arena.allocate(key.length).copyFrom(MemorySegment.ofArray(key));
  }
}
