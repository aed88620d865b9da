package io.arroy.forest.search;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;

/** The blocks of one stored tree. Safe for use by many threads. */
final class StoredTree {
  final TreeTable table;
  private final Block[] leaves;
  private final Block[] centroids;
  private final int centroidsPerBlock;
  private final int centroidBytes;

  private StoredTree(TreeTable table, Block[] leaves, Block[] centroids, int centroidBytes) {
    this.table = table;
    this.leaves = leaves;
    this.centroids = centroids;
    this.centroidBytes = centroidBytes;
    this.centroidsPerBlock = Math.max(1, BlockSink.PREFERRED_BLOCK_BYTES / centroidBytes);
  }

  static StoredTree open(BlockSource source, int index, int tree, int items, int pointDimension)
      throws IOException {
    TreeTable table = TreeTable.read(source, index, tree, items);
    Block[] leaves = new Block[table.blocks()];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = block(source, BlockKind.LEAVES, index, tree, i, 4L * table.blockItems(i));
    }
    int centroidBytes = 4 * pointDimension;
    int perBlock = Math.max(1, BlockSink.PREFERRED_BLOCK_BYTES / centroidBytes);
    Block[] centroids = new Block[(table.leaves() + perBlock - 1) / perBlock];
    for (int i = 0; i < centroids.length; i++) {
      long count = Math.min(perBlock, table.leaves() - i * perBlock);
      centroids[i] = block(source, BlockKind.CENTROIDS, index, tree, i, count * centroidBytes);
    }
    return new StoredTree(table, leaves, centroids, centroidBytes);
  }

  private static Block block(
      BlockSource source, BlockKind kind, int index, int tree, int number, long length)
      throws IOException {
    BlockKey key = new BlockKey(kind, index, tree, number);
    Block block = source.get(key);
    if (block.length() != length) {
      throw new CorruptEnvironmentException(
          key + " is " + block.length() + " bytes long, expected " + length);
    }
    return block;
  }

  int centroidBlocks() {
    return centroids.length;
  }

  int centroidsPerBlock() {
    return centroidsPerBlock;
  }

  int centroidBytes() {
    return centroidBytes;
  }

  Block centroidBlock(int number) {
    return centroids[number];
  }

  Block leafBlock(int number) {
    return leaves[number];
  }
}
