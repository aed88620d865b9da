package io.arroy.forest.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.BitSet;

/**
 * How many accepted items each leaf and each group of a tree holds, so that those without any are
 * neither ranked nor opened. Belongs to one search.
 *
 * @param leaves accepted items of each leaf
 * @param groups accepted items of each group
 * @param ordinals the accepted items, leaf after leaf, or null where they are not listed
 * @param ends one past each leaf's last accepted item, or null
 */
record LeafCounts(int[] leaves, int[] groups, int[] ordinals, int[] ends) {
  /**
   * Counts what a set accepts, in time proportional to what it accepts and to the leaves.
   *
   * @param count how many it accepts at the most
   * @param lists whether to list them as well
   */
  static LeafCounts of(BitSet accepted, int count, int slots, StoredTree tree, boolean lists)
      throws IOException {
    int[] leaves = new int[tree.table().leaves()];
    int[] groups = new int[tree.table().groups()];
    int[] found = lists ? new int[count] : null;
    int[] leafOfFound = lists ? new int[count] : null;
    int listed = 0;
    StoredTree.LeafOf leafOf = tree.leafOf();
    int limit = Math.min(slots, accepted.length());
    int ordinal = limit == 0 ? limit : accepted.nextSetBit(0);
    while (ordinal < limit) {
      int leaf = leafOf.get(ordinal);
      if (leaf >= 0) {
        leaves[leaf]++;
        if (lists) {
          if (listed == found.length) {
            found = Arrays.copyOf(found, Math.max(16, 2 * listed));
            leafOfFound = Arrays.copyOf(leafOfFound, found.length);
          }
          found[listed] = ordinal;
          leafOfFound[listed++] = leaf;
        }
      }
      ordinal = ordinal + 1 < limit ? accepted.nextSetBit(ordinal + 1) : limit;
    }
    int[] starts = tree.table().groupStarts();
    for (int group = 0; group < groups.length; group++) {
      for (int leaf = starts[group]; leaf < starts[group + 1]; leaf++) {
        groups[group] += leaves[leaf];
      }
    }
    return lists
        ? sorted(leaves, groups, found, leafOfFound, listed)
        : new LeafCounts(leaves, groups, null, null);
  }

  private static LeafCounts sorted(
      int[] leaves, int[] groups, int[] found, int[] leafOfFound, int listed) {
    int[] ends = new int[leaves.length];
    for (int leaf = 1; leaf < ends.length; leaf++) {
      ends[leaf] = ends[leaf - 1] + leaves[leaf - 1];
    }
    int[] ordinals = new int[listed];
    for (int i = 0; i < listed; i++) {
      ordinals[ends[leafOfFound[i]]++] = found[i];
    }
    return new LeafCounts(leaves, groups, ordinals, ends);
  }
}
