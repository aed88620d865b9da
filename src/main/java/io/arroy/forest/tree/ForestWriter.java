package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Layouts;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Builds the forest of an index and stores it. */
public final class ForestWriter {
  private final BuildOptions options;
  private final ItemsHeader items;
  private final Points points;
  private final BlockSink sink;
  private final int index;

  private ForestWriter(BuildOptions options, ItemsHeader items, BlockSource source, BlockSink sink)
      throws IOException {
    this.options = options;
    this.items = items;
    this.points = new Points(items, Vectors.open(source, items));
    this.sink = sink;
    this.index = items.description().index();
  }

  /**
   * Builds over the finished items of an index.
   *
   * @param source where its items are read from
   * @param sink where the forest goes; blocks of an earlier forest are replaced, but left over
   *     where it had more of them
   */
  public static void write(BuildOptions options, int index, BlockSource source, BlockSink sink)
      throws IOException {
    ItemsHeader items = ItemsHeader.read(source, index);
    new ForestWriter(options, items, source, sink).write();
  }

  private void write() throws IOException {
    int trees = items.count() < options.forestFrom() || items.count() == 0 ? 0 : options.trees();
    for (int i = 0; i < trees; i++) {
      options.monitor().progress("tree", i, trees);
      writeTree(i, new TreeBuilder(points, options).build(i));
    }
    new ForestHeader(items.count(), trees, options.leafSize(), options.seed()).write(index, sink);
  }

  private void writeTree(int number, Tree tree) throws IOException {
    TreeTable table = TreeTable.of(tree, 4);
    table.write(new BlockKey(BlockKind.NODES, index, number, 0), sink);
    writeCentroids(number, tree);
    for (int block = 0; block < table.blocks(); block++) {
      int from = table.itemStarts()[table.blockStarts()[block]];
      int count = table.blockItems(block);
      MemorySegment bytes = MemorySegment.ofArray(new byte[4 * count]);
      MemorySegment.copy(tree.items(), from, bytes, Layouts.INT, 0, count);
      sink.put(new BlockKey(BlockKind.LEAVES, index, number, block), bytes);
    }
    writeLeafOf(number, tree);
  }

  private void writeCentroids(int number, Tree tree) throws IOException {
    int dimension = points.dimension();
    int perBlock = Math.max(1, BlockSink.PREFERRED_BLOCK_BYTES / (4 * dimension));
    int blocks = (tree.leaves() + perBlock - 1) / perBlock;
    for (int block = 0; block < blocks; block++) {
      int from = block * perBlock;
      int to = Math.min(tree.leaves(), from + perBlock);
      float[] centroids = new float[(to - from) * dimension];
      List<Parallel.Task> tasks = new ArrayList<>();
      for (int i = from; i < to; i += 64) {
        int first = i;
        int last = Math.min(to, i + 64);
        tasks.add(() -> centroids(tree, first, last, centroids, (first - from) * dimension));
      }
      Parallel.run(options.executor(), tasks);
      MemorySegment bytes = MemorySegment.ofArray(new byte[4 * centroids.length]);
      MemorySegment.copy(centroids, 0, bytes, Layouts.FLOAT, 0, centroids.length);
      sink.put(new BlockKey(BlockKind.CENTROIDS, index, number, block), bytes);
    }
  }

  private void centroids(Tree tree, int fromLeaf, int toLeaf, float[] out, int at)
      throws IOException {
    options.monitor().check();
    int dimension = points.dimension();
    Points.Reader reader = points.reader();
    float[] point = new float[dimension];
    for (int leaf = fromLeaf; leaf < toLeaf; leaf++, at += dimension) {
      int start = tree.leafStarts()[leaf];
      int end = tree.leafEnd(leaf);
      for (int i = start; i < end; i++) {
        reader.load(tree.items()[i], point, 0);
        FloatKernels.BEST.add(out, at, point, 0, 1f / (end - start), dimension);
      }
    }
  }

  private void writeLeafOf(int number, Tree tree) throws IOException {
    int[] leafOf = new int[tree.items().length];
    for (int leaf = 0; leaf < tree.leaves(); leaf++) {
      for (int i = tree.leafStarts()[leaf]; i < tree.leafEnd(leaf); i++) {
        leafOf[tree.items()[i]] = leaf;
      }
    }
    int perBlock = BlockSink.PREFERRED_BLOCK_BYTES / 4;
    for (int block = 0, from = 0; from < leafOf.length; block++, from += perBlock) {
      int count = Math.min(perBlock, leafOf.length - from);
      MemorySegment bytes = MemorySegment.ofArray(new byte[4 * count]);
      MemorySegment.copy(leafOf, from, bytes, Layouts.INT, 0, count);
      sink.put(new BlockKey(BlockKind.LEAF_OF, index, number, block), bytes);
    }
  }
}
