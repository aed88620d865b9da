package io.arroy.forest.tree;

import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Numbers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    this.points = Points.open(source, items);
    this.sink = sink;
    this.index = items.description().index();
  }

  /**
   * Builds over the finished items of an index.
   *
   * @param inputs earlier indexes that hold some of the items; the forest of one is gone on with
   *     where most items are from there
   * @param source where its items are read from
   * @param sink where the forest goes; blocks of an earlier forest are replaced, but left over
   *     where it had more of them
   * @return the input whose forest was gone on with, if any was
   */
  public static Optional<ForestInput> write(
      BuildOptions options, int index, List<ForestInput> inputs, BlockSource source, BlockSink sink)
      throws IOException {
    ItemsHeader items = ItemsHeader.read(source, index);
    return new ForestWriter(options, items, source, sink).write(inputs);
  }

  private Optional<ForestInput> write(List<ForestInput> inputs) throws IOException {
    int trees = options.treesFor(items.count(), items.description().dimension());
    KeptForest kept = KeptForest.choose(inputs, items, trees, options);
    boolean scanCodes =
        ScanCodes.suit(items.description()) && (trees > 0 || items.count() >= ScanCodes.LEAST);
    for (int i = 0; i < trees; i++) {
      options.monitor().progress(kept == null ? "build" : "update", i, trees);
      TreeUpdater.Updated built = kept == null ? null : kept.update(points, options, i);
      if (built == null) {
        built = new TreeUpdater.Updated(TreeBuilder.build(points, options, i), null);
      }
      try (LeafWriter writer =
          new LeafWriter(points, options, index, i, built.tree(), built.kept(), sink)) {
        writer.write();
      }
      writeLeafOf(i, built.tree());
      if (i == 0 && scanCodes) {
        writeScanCodes(ScanCodeWriter.center(built.tree(), points.dimension()), kept);
      }
    }
    if (trees == 0 && scanCodes) {
      writeScanCodes(ScanCodeWriter.center(points), kept);
    }
    new ForestHeader(items.count(), trees, options.leafSize(), options.seed(), scanCodes)
        .write(index, sink);
    return Optional.ofNullable(kept).map(KeptForest::input);
  }

  private void writeScanCodes(float[] center, KeptForest kept) throws IOException {
    KeptScanCodes codes = kept == null ? null : kept.scanCodes(items.layout());
    new ScanCodeWriter(points, options, index, center, codes, sink).write();
  }

  private void writeLeafOf(int number, Tree tree) throws IOException {
    ItemLayout layout = items.layout();
    int[] leafOf = new int[layout.slots()];
    Arrays.fill(leafOf, -1);
    for (int leaf = 0; leaf < tree.leaves(); leaf++) {
      for (int i = tree.leafStarts()[leaf]; i < tree.leafEnd(leaf); i++) {
        leafOf[tree.items()[i]] = leaf;
      }
    }
    BlockKey first = new BlockKey(BlockKind.LEAF_OF, index, number, 0);
    Numbers.write(sink, first, leafOf, leafOf.length, layout.numberShift());
  }
}
