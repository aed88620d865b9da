package io.arroy.forest;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.PlacedSlots;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * What was put into and deleted from an index since its last build: a CHANGES block for each such
 * item, its first byte {@value #PUT} before a vector, {@value #PLACED} before the int32 of the slot
 * where the vector lies already, or {@value #DELETED} alone; and while there are any, META block
 * {@value #NUMBER} with the version.
 */
final class PendingChanges {
  /** Stands for a slot where a vector has none yet. */
  static final int UNPLACED = -1;

  private static final int NUMBER = 2;
  private static final byte VERSION = 1;
  private static final byte DELETED = 0;
  private static final byte PUT = 1;
  private static final byte PLACED = 2;
  private static final int PLACED_BYTES = 1 + Integer.BYTES;

  private final IndexDescription description;
  private final WriteTransaction transaction;
  private final byte[] value;
  private final int perBlock;

  /** Where vectors are read that have a slot. */
  private BlockSource placed;

  private boolean marked;

  PendingChanges(IndexDescription description, WriteTransaction transaction) throws IOException {
    this.description = description;
    this.transaction = transaction;
    this.value = new byte[1 + description.vectorBytes()];
    this.perBlock = ItemLayout.slotted(description, 0, ItemLayout.Order.DENSE).vectorsPerBlock();
    this.placed = transaction;
    this.marked = any(transaction, description.index());
  }

  /** Whether an index has any. */
  static boolean any(BlockSource source, int index) throws IOException {
    Optional<Block> marker = source.find(marker(index));
    if (marker.isEmpty()) {
      return false;
    }
    byte version = marker.get().cursor().read(0, 1).get(ValueLayout.JAVA_BYTE, 0);
    if (version != VERSION) {
      throw new CorruptEnvironmentException(
          "changes of index " + index + " have version " + version + ", expected " + VERSION);
    }
    return true;
  }

  /** Keeps an item's new vector, given as it is stored. */
  void put(int id, MemorySegment vector) throws IOException {
    mark();
    value[0] = PUT;
    MemorySegment bytes = MemorySegment.ofArray(value);
    MemorySegment.copy(vector, 0, bytes, 1, description.vectorBytes());
    transaction.put(key(id), bytes);
  }

  /** Keeps that an item is gone. */
  void delete(int id) throws IOException {
    mark();
    transaction.put(key(id), MemorySegment.ofArray(new byte[] {DELETED}));
  }

  /** Takes back what was kept of an item. */
  void forget(int id) throws IOException {
    transaction.delete(key(id));
  }

  /** Notes that an item's new vector lies in a slot. */
  void place(int id, int slot) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[PLACED_BYTES]);
    bytes.set(ValueLayout.JAVA_BYTE, 0, PLACED);
    bytes.set(Layouts.INT, 1, slot);
    transaction.put(key(id), bytes);
  }

  /** Reads vectors that have a slot from elsewhere, while blocks of the transaction change. */
  void readPlacedFrom(BlockSource source) {
    placed = source;
  }

  /** What is kept of an item, if anything. */
  Optional<Change> find(int id) throws IOException {
    Optional<Block> found = transaction.find(key(id));
    return found.isEmpty() ? Optional.empty() : Optional.of(change(id, found.get()));
  }

  /**
   * The same, where builds take changes in.
   *
   * @param taken the slots of other changes, to which this one's is added
   * @throws CorruptEnvironmentException if something else has the slot
   */
  Optional<Change> find(int id, PlacedSlots taken) throws IOException {
    Optional<Change> change = find(id);
    if (change.isPresent() && change.get().slot() >= 0) {
      taken.take(key(id), change.get().slot());
    }
    return change;
  }

  /** The ids of the items of which something is kept, ascending. */
  int[] ids() throws IOException {
    List<BlockKey> keys = transaction.keys(BlockKind.CHANGES, description.index());
    return keys.stream().mapToInt(BlockKey::number).toArray();
  }

  /** Whether anything was put or deleted since the last build, even if it was taken back. */
  boolean any() {
    return marked;
  }

  /** Drops all. */
  void clear() throws IOException {
    placed = transaction;
    transaction.deleteAll(BlockKind.CHANGES, description.index());
    transaction.delete(marker(description.index()));
    marked = false;
  }

  private Change change(int id, Block block) throws IOException {
    int length = Math.toIntExact(block.length());
    MemorySegment bytes = block.cursor().read(0, length);
    byte kind = bytes.get(ValueLayout.JAVA_BYTE, 0);
    if (kind == PLACED && length == PLACED_BYTES) {
      int slot = bytes.get(Layouts.INT, 1);
      if (slot < 0) {
        throw new CorruptEnvironmentException(key(id) + " has slot " + slot);
      }
      BlockKey at = new BlockKey(BlockKind.VECTORS, description.index(), 0, slot / perBlock);
      int vectorBytes = description.vectorBytes();
      long offset = (long) (slot % perBlock) * vectorBytes;
      Block vectors = placed.get(at);
      if (vectors.length() < offset + vectorBytes) {
        throw new CorruptEnvironmentException(
            key(id) + " has slot " + slot + ", beyond " + at + " of " + vectors.length());
      }
      return new Change(vectors.cursor().read(offset, vectorBytes), slot);
    }
    if (length != (kind == PUT ? value.length : 1) || (kind != PUT && kind != DELETED)) {
      throw new CorruptEnvironmentException(
          key(id) + " is " + length + " bytes long and starts with " + kind);
    }
    return new Change(kind == PUT ? bytes.asSlice(1) : null, UNPLACED);
  }

  private void mark() throws IOException {
    if (!marked) {
      transaction.put(marker(description.index()), MemorySegment.ofArray(new byte[] {VERSION}));
      marked = true;
    }
  }

  private BlockKey key(int id) {
    return new BlockKey(BlockKind.CHANGES, description.index(), 0, id);
  }

  private static BlockKey marker(int index) {
    return new BlockKey(BlockKind.META, index, 0, NUMBER);
  }

  /**
   * A change of one item.
   *
   * @param vector its new vector as stored, readable until the next change; null if it is gone
   * @param slot where that lies already, or {@link #UNPLACED}
   */
  record Change(MemorySegment vector, int slot) {
    boolean isPut() {
      return vector != null;
    }
  }
}
