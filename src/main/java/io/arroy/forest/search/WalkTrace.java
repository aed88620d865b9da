package io.arroy.forest.search;

import java.io.IOException;
import java.util.Arrays;

/**
 * What one walk did and when, so that it can be told afterwards what it would have found had it
 * stopped earlier. Belongs to one walk.
 */
final class WalkTrace {
  private final StoredTree.LeafOf[] leafOf;

  /** Leaves of the trees before each. */
  private final int[] firstLeaves;

  /** By the number of a leaf: the items scored once it was; the most there are if it was not. */
  private final int[] scoredWith;

  private double[] missed = new double[32];
  private int[] scored = new int[32];
  private int stops;

  WalkTrace(StoredTree[] trees) {
    leafOf = new StoredTree.LeafOf[trees.length];
    firstLeaves = new int[trees.length];
    int leaves = 0;
    for (int tree = 0; tree < trees.length; tree++) {
      leafOf[tree] = trees[tree].leafOf();
      firstLeaves[tree] = leaves;
      leaves += trees[tree].table().leaves();
    }
    scoredWith = new int[leaves];
    Arrays.fill(scoredWith, Integer.MAX_VALUE);
  }

  /**
   * Takes note of a leaf.
   *
   * @param number of the leaf, numbered through all trees
   * @param items how many the walk has scored, with those of the leaf
   */
  void leaf(int number, int items) {
    scoredWith[number] = items;
  }

  /**
   * Takes note that the walk might have stopped.
   *
   * @param missedShare what it expected to miss then
   * @param items how many it had scored
   */
  void stop(double missedShare, int items) {
    if (stops == scored.length) {
      missed = Arrays.copyOf(missed, 2 * stops);
      scored = Arrays.copyOf(scored, 2 * stops);
    }
    missed[stops] = missedShare;
    scored[stops++] = items;
  }

  /** The items it would have scored, had it stopped once it expected to miss so little. */
  int scoredUntil(double missedShare) {
    for (int stop = 0; stop < stops; stop++) {
      if (missed[stop] <= missedShare) {
        return scored[stop];
      }
    }
    return scored[stops - 1];
  }

  /** The items it had scored when it met this one, itself among them. */
  int scoredWith(int ordinal) throws IOException {
    int least = Integer.MAX_VALUE;
    for (int tree = 0; tree < leafOf.length; tree++) {
      int leaf = leafOf[tree].get(ordinal);
      if (leaf >= 0) {
        least = Math.min(least, scoredWith[firstLeaves[tree] + leaf]);
      }
    }
    return least;
  }
}
