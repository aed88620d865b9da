package io.arroy.forest.inspect;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.PlacedSlots;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Checks the changes that are not built, the block that says whether there are any, and blocks of
 * vectors that only the next build takes in.
 */
final class ChangesCheck {
  private static final int MARKER = 2;

  private final BlockSource source;
  private final ItemsHeader items;
  private final IndexDescription description;
  private final List<BlockKey> keys;

  /**
   * @param keys all keys of the index
   */
  ChangesCheck(BlockSource source, ItemsHeader items, List<BlockKey> keys) {
    this.source = source;
    this.items = items;
    this.description = items.description();
    this.keys = keys;
  }

  void run() throws IOException {
    boolean marked =
        source.find(new BlockKey(BlockKind.META, description.index(), 0, MARKER)).isPresent();
    PlacedSlots placed = new PlacedSlots(Ids.open(source, items));
    for (BlockKey key : keys) {
      if (key.kind() == BlockKind.CHANGES) {
        if (!marked) {
          throw new CorruptEnvironmentException(
              "index " + description.index() + " has " + key + " and says it has no changes");
        }
        check(key, placed);
      } else if (marked && isAhead(key)) {
        checkAhead(key, source.get(key));
      }
    }
  }

  private void check(BlockKey key, PlacedSlots placed) throws IOException {
    StoredChange change = StoredChange.read(source, items, key);
    if (change.slot() >= 0) {
      placed.take(key, change.slot());
    }
    if (change.vector() != null && description.elementType() == ElementType.FLOAT32) {
      checkFinite(key, change.vector());
    }
  }

  private static void checkFinite(BlockKey key, MemorySegment vector)
      throws CorruptEnvironmentException {
    for (int i = 0; i < vector.byteSize() / Float.BYTES; i++) {
      float value = vector.get(Layouts.FLOAT, 4L * i);
      if (!Float.isFinite(value)) {
        throw new CorruptEnvironmentException(key + " holds " + value + " at " + i);
      }
    }
  }

  /** Whether a block of vectors lies after those of the last build. */
  private boolean isAhead(BlockKey key) {
    return key.kind() == BlockKind.VECTORS
        && key.tree() == 0
        && !items.isPacked()
        && key.number() >= items.layout().vectorBlocks();
  }

  private void checkAhead(BlockKey key, Block block) throws CorruptEnvironmentException {
    int vectorBytes = description.vectorBytes();
    if (block.length() % vectorBytes != 0
        || block.length() > (long) items.layout().vectorsPerBlock() * vectorBytes) {
      throw new CorruptEnvironmentException(
          key + " is " + block.length() + " bytes long, no vectors of " + vectorBytes);
    }
  }
}
