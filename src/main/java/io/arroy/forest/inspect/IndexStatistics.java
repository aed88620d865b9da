package io.arroy.forest.inspect;

import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.tree.ForestHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What an index is like.
 *
 * @param items the items of its last build
 * @param forest how that was built
 * @param changes items put or deleted since
 * @param trees its trees
 * @param blocks number of blocks of each kind it has
 * @param bytes bytes of those, without LMDB's own pages
 */
public record IndexStatistics(
    ItemsHeader items,
    ForestHeader forest,
    long changes,
    List<TreeStatistics> trees,
    Map<BlockKind, Long> blocks,
    Map<BlockKind, Long> bytes) {

  /**
   * Looks at an index. Takes time in the number of items and of blocks.
   *
   * @throws io.arroy.forest.store.CorruptEnvironmentException if there is no such index, or parts
   *     of it are missing or contradict each other
   */
  public static IndexStatistics of(BlockCatalog source, int index) throws IOException {
    ItemsHeader items = ItemsHeader.read(source, index);
    ForestHeader forest = ForestHeader.read(source, index);
    List<TreeStatistics> trees = new ArrayList<>();
    for (int tree = 0; tree < forest.trees(); tree++) {
      trees.add(TreeStatistics.of(source, items, tree));
    }
    Map<BlockKind, Long> blocks = new EnumMap<>(BlockKind.class);
    Map<BlockKind, Long> bytes = new EnumMap<>(BlockKind.class);
    for (BlockKey key : source.keys()) {
      if (key.index() == index) {
        blocks.merge(key.kind(), 1L, Long::sum);
        bytes.merge(key.kind(), source.get(key).length(), Long::sum);
      }
    }
    long changes = blocks.getOrDefault(BlockKind.CHANGES, 0L);
    return new IndexStatistics(items, forest, changes, trees, blocks, bytes);
  }

  /** Bytes of all blocks. */
  public long totalBytes() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
