package io.arroy.forest;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildMonitor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Writes vectors that were put into slots, block by block: each block is written once. */
final class SlotWriter {
  private final IndexDescription description;
  private final WriteTransaction transaction;
  private final PendingChanges changes;
  private final int perBlock;
  private final BuildMonitor monitor;

  SlotWriter(
      IndexDescription description,
      WriteTransaction transaction,
      PendingChanges changes,
      int perBlock,
      BuildMonitor monitor) {
    this.description = description;
    this.transaction = transaction;
    this.changes = changes;
    this.perBlock = perBlock;
    this.monitor = monitor;
  }

  /**
   * Writes the vectors of items that were put.
   *
   * @param ids the items
   * @param slots the slot of each, ascending
   * @param end number of slots that the index will have at least
   * @param mostBlocks blocks to write at the most
   * @return how many items' vectors were written
   */
  int write(int[] ids, int[] slots, int end, long mostBlocks) throws IOException {
    int vectorBytes = description.vectorBytes();
    int done = 0;
    for (long blocks = 0; done < slots.length && blocks < mostBlocks; blocks++) {
      monitor.check();
      int block = slots[done] / perBlock;
      BlockKey key = new BlockKey(BlockKind.VECTORS, description.index(), 0, block);
      byte[] bytes = new byte[Math.min(perBlock, end - block * perBlock) * vectorBytes];
      Optional<Block> stored = transaction.find(key);
      if (stored.isPresent()) {
        int length = (int) Math.min(bytes.length, stored.get().length());
        MemorySegment before = stored.get().cursor().read(0, length);
        MemorySegment.copy(before, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
      }
      for (; done < slots.length && slots[done] / perBlock == block; done++) {
        int at = (slots[done] - block * perBlock) * vectorBytes;
        MemorySegment vector = vector(changes, ids[done]);
        MemorySegment.copy(vector, ValueLayout.JAVA_BYTE, 0, bytes, at, vectorBytes);
      }
      transaction.put(key, MemorySegment.ofArray(bytes));
    }
    return done;
  }

  /** The vector of an item that was put. */
  static MemorySegment vector(PendingChanges changes, int id) throws IOException {
    return changes
        .find(id)
        .filter(PendingChanges.Change::isPut)
        .orElseThrow(() -> new CorruptEnvironmentException("change of item " + id + " is gone"))
        .vector();
  }
}
