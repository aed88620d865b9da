package io.arroy.forest.tree;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import java.io.IOException;
import java.util.List;

/** The forest of an earlier index that a new one goes on with; it may have codes alone. */
final class KeptForest {
  private final ForestInput input;
  private final ItemsHeader items;
  private final ForestHeader forest;

  private KeptForest(ForestInput input, ItemsHeader items, ForestHeader forest) {
    this.input = input;
    this.items = items;
    this.forest = forest;
  }

  /**
   * The one that most items come from, or null if none is worth going on with.
   *
   * @param trees how many the new forest is to have
   */
  static KeptForest choose(
      List<ForestInput> inputs, ItemsHeader items, int trees, BuildOptions options)
      throws IOException {
    for (ForestInput input : inputs) {
      if (!input.isMostOf(items.count())) {
        continue;
      }
      ItemsHeader before = ItemsHeader.read(input.source(), input.index());
      ForestHeader forest = ForestHeader.read(input.source(), input.index());
      if (forest.items() == before.count()
          && before.layout().slots() == input.ordinals().length
          && (forest.trees() >= 1 || trees == 0)
          && forest.leafSize() == options.leafSize()
          && samePoints(before, items)) {
        return new KeptForest(input, before, forest);
      }
    }
    return null;
  }

  /** The index that it is of. */
  ForestInput input() {
    return input;
  }

  /** Whether an item is the same point in both indexes. */
  private static boolean samePoints(ItemsHeader before, ItemsHeader now) {
    return before.description().distance() == now.description().distance()
        && before.description().elementType() == now.description().elementType()
        && before.description().dimension() == now.description().dimension()
        && (now.description().distance() != Distance.DOT_PRODUCT
            || before.maxSquaredNorm() == now.maxSquaredNorm());
  }

  /** The codes by ordinal that can be taken over, or null if there are none. */
  KeptScanCodes scanCodes(ItemLayout layout) throws IOException {
    if (!forest.scanCodes()) {
      return null;
    }
    boolean alike = items.layout().blockBytes() == layout.blockBytes();
    ScanCodes codes = ScanCodes.open(input.source(), items);
    return KeptScanCodes.of(codes, input.ordinals(), layout.slots(), alike);
  }

  /** A tree that goes on, or null if the earlier forest has none of this number. */
  TreeUpdater.Updated update(Points points, BuildOptions options, int tree) throws IOException {
    if (tree >= forest.trees()) {
      return null;
    }
    StoredLeaves stored = StoredLeaves.open(input.source(), items, tree);
    return new TreeUpdater(points, options, stored, input.ordinals()).update(tree);
  }
}
