package io.arroy.forest.inspect;

import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.StoredLeaves;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;

/**
 * What a tree is like. A stored tree has two levels, groups and leaves, whatever its size: the
 * planes that made the leaves are not kept, so there is no other depth, and no number of splits.
 *
 * @param groups items, leaves and so on of one group: how many leaves each holds
 * @param leaves how many items each leaf holds
 * @param alikeLeaves leaves of two items or more whose vectors are all equal: no plane divides
 *     those, so where there are too many for one leaf they were cut in halves
 */
public record TreeStatistics(Sizes groups, Sizes leaves, int alikeLeaves) {
  /** Levels of every stored tree below its root: groups and leaves. */
  public static final int DEPTH = 2;

  static TreeStatistics of(BlockSource source, ItemsHeader items, int tree) throws IOException {
    StoredLeaves stored = StoredLeaves.open(source, items, tree);
    TreeTable table = stored.table();
    int[] starts = table.groupStarts();
    return new TreeStatistics(
        sizes(table.groups(), group -> starts[group + 1] - starts[group]),
        sizes(table.leaves(), table::leafItems),
        alikeLeaves(stored, Vectors.open(source, items)));
  }

  private static Sizes sizes(int count, IntUnaryOperator size) {
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = size.applyAsInt(i);
    }
    return Sizes.of(sizes);
  }

  private static int alikeLeaves(StoredLeaves stored, Vectors vectors) throws IOException {
    StoredLeaves.Cursor leaves = stored.cursor();
    Vectors.Cursor first = vectors.cursor();
    Vectors.Cursor other = vectors.cursor();
    int alike = 0;
    for (int leaf = 0; leaf < stored.table().leaves(); leaf++) {
      MemorySegment run = leaves.run(leaf);
      int items = stored.table().leafItems(leaf);
      MemorySegment vector = first.get(leaves.ordinal(run, 0));
      int equal = 1;
      while (equal < items && other.get(leaves.ordinal(run, equal)).mismatch(vector) == -1) {
        equal++;
      }
      alike += items > 1 && equal == items ? 1 : 0;
    }
    return alike;
  }
}
