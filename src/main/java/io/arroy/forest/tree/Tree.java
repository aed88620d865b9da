package io.arroy.forest.tree;

/**
 * A built tree.
 *
 * @param items every ordinal once, leaf after leaf
 * @param leafStarts where each leaf starts in {@code items}, ascending from 0; none is empty
 * @param groupStarts the first leaf of each group of neighbouring leaves, ascending from 0
 * @param groupCentroids the mean of each group's leaf centroids, one point after another
 */
record Tree(int[] items, int[] leafStarts, int[] groupStarts, float[] groupCentroids) {
  int leaves() {
    return leafStarts.length;
  }

  int groups() {
    return groupStarts.length;
  }

  /** One past the last item of a leaf. */
  int leafEnd(int leaf) {
    return leaf + 1 < leafStarts.length ? leafStarts[leaf + 1] : items.length;
  }

  /** Items of a group. */
  int groupItems(int group) {
    return leafEnd(groupEnd(group) - 1) - leafStarts[groupStarts[group]];
  }

  /** One past the last leaf of a group. */
  int groupEnd(int group) {
    return group + 1 < groupStarts.length ? groupStarts[group + 1] : leafStarts.length;
  }
}
