package io.arroy.forest.inspect;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Checks the changes that are not built, and the block that says whether there are any. */
final class ChangesCheck {
  private static final int MARKER = 2;
  private static final byte PUT = 1;

  private final BlockSource source;
  private final IndexDescription description;
  private final List<BlockKey> keys;

  /**
   * @param keys all keys of the index
   */
  ChangesCheck(BlockSource source, IndexDescription description, List<BlockKey> keys) {
    this.source = source;
    this.description = description;
    this.keys = keys;
  }

  void run() throws IOException {
    boolean marked =
        source.find(new BlockKey(BlockKind.META, description.index(), 0, MARKER)).isPresent();
    for (BlockKey key : keys) {
      if (key.kind() == BlockKind.CHANGES) {
        if (!marked) {
          throw new CorruptEnvironmentException(
              "index " + description.index() + " has " + key + " and says it has no changes");
        }
        check(key, source.get(key));
      }
    }
  }

  private void check(BlockKey key, Block block) throws IOException {
    int length = Math.toIntExact(block.length());
    MemorySegment bytes = block.cursor().read(0, length);
    byte what = bytes.get(ValueLayout.JAVA_BYTE, 0);
    boolean put = what == PUT;
    if (length != (put ? 1 + description.vectorBytes() : 1) || (!put && what != 0)) {
      throw new CorruptEnvironmentException(
          key + " is " + length + " bytes long and starts with " + what);
    }
    if (put && description.elementType() == ElementType.FLOAT32) {
      for (int i = 0; i < description.dimension(); i++) {
        float value = bytes.get(Layouts.FLOAT, 1 + 4L * i);
        if (!Float.isFinite(value)) {
          throw new CorruptEnvironmentException(key + " holds " + value + " at " + i);
        }
      }
    }
  }
}
