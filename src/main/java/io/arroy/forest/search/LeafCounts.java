package io.arroy.forest.search;

import java.io.IOException;
import org.apache.lucene.util.BitSet;

/**
 * How many accepted items each leaf and each group of a tree holds, so that those without any are
 * neither ranked nor opened. Belongs to one search.
 *
 * @param leaves accepted items of each leaf
 * @param groups accepted items of each group
 */
record LeafCounts(int[] leaves, int[] groups) {
  /** Counts what a set accepts, in time proportional to what it accepts. */
  static LeafCounts of(BitSet accepted, int slots, StoredTree tree) throws IOException {
    int[] leaves = new int[tree.table().leaves()];
    int[] groups = new int[tree.table().groups()];
    StoredTree.LeafOf leafOf = tree.leafOf();
    int limit = Math.min(slots, accepted.length());
    int ordinal = limit == 0 ? limit : accepted.nextSetBit(0);
    while (ordinal < limit) {
      int leaf = leafOf.get(ordinal);
      if (leaf >= 0) {
        leaves[leaf]++;
      }
      ordinal = ordinal + 1 < limit ? accepted.nextSetBit(ordinal + 1) : limit;
    }
    int[] starts = tree.table().groupStarts();
    for (int group = 0; group < groups.length; group++) {
      for (int leaf = starts[group]; leaf < starts[group + 1]; leaf++) {
        groups[group] += leaves[leaf];
      }
    }
    return new LeafCounts(leaves, groups);
  }
}
