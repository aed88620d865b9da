package io.arroy.forest.inspect;

import io.arroy.forest.search.Calibrator;
import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.tree.ForestHeader;
import java.io.IOException;
import java.util.List;

/**
 * Checks that what an environment stores agrees with itself: reads every block and stops at the
 * first inconsistency. What is not stored cannot be checked: a vector changed to another that is
 * possible is found by the codes made of it, or not at all in an index without trees. Checksums,
 * where there are some, find more.
 */
public final class Validation {
  private Validation() {}

  /**
   * Checks all indexes.
   *
   * @return what was checked
   * @throws CorruptEnvironmentException naming the first inconsistency
   */
  public static Checked environment(BlockCatalog source) throws IOException {
    Checked sum = new Checked(0, 0, 0, 0);
    for (int index : Indexes.of(source)) {
      sum = sum.plus(index(source, index));
    }
    return sum;
  }

  /**
   * Checks one index.
   *
   * @return what was checked
   * @throws CorruptEnvironmentException naming the first inconsistency
   */
  public static Checked index(BlockCatalog source, int index) throws IOException {
    WalkedBlocks walked = new WalkedBlocks(source);
    ItemsHeader items = ItemsHeader.read(walked, index);
    ForestHeader forest = ForestHeader.read(walked, index);
    if (forest.items() != items.count()) {
      throw new CorruptEnvironmentException(
          "index " + index + " has " + items.count() + " items and a forest of " + forest.items());
    }
    new ItemsCheck(walked, items).run();
    for (int tree = 0; tree < forest.trees(); tree++) {
      new TreeCheck(walked, items, tree).run();
    }
    if (forest.scanCodes()) {
      new ScanCodesCheck(walked, items).run();
    }
    Calibrator.check(walked, index);
    List<BlockKey> keys = source.keys().stream().filter(key -> key.index() == index).toList();
    new ChangesCheck(walked, items, keys).run();
    for (BlockKey key : keys) {
      if (!walked.walked(key)) {
        throw new CorruptEnvironmentException("left-over block " + key);
      }
    }
    return new Checked(1, items.count(), forest.trees(), keys.size());
  }

  /**
   * What was checked.
   *
   * @param indexes number of indexes
   * @param items their items
   * @param trees their trees
   * @param blocks their blocks
   */
  public record Checked(int indexes, long items, int trees, long blocks) {
    /** The sum of two. */
    public Checked plus(Checked other) {
      return new Checked(
          indexes + other.indexes, items + other.items, trees + other.trees, blocks + other.blocks);
    }
  }
}
