package io.arroy.forest.tree;

import io.arroy.forest.store.BlockSource;

/**
 * An earlier index whose items, or some of them, are items of the index to be built. What its
 * forest found out about them is kept where that pays.
 *
 * @param source where it is read from, open until the build returns
 * @param index its number there
 * @param ordinals the new ordinal of the item at each of its ordinals, -1 where it is gone or there
 *     is none; no two inputs name the same new ordinal; not changed
 */
public record ForestInput(BlockSource source, int index, int[] ordinals) {
  /**
   * The least share of the new items that must come from an earlier index to go on from it: with
   * fewer, most leaves would be made anew, and a build from nothing costs no more and is in better
   * order.
   */
  private static final double LEAST_SHARE = .5;

  /** How many of its items stay. */
  public int staying() {
    int count = 0;
    for (int ordinal : ordinals) {
      count += ordinal >= 0 ? 1 : 0;
    }
    return count;
  }

  /** Whether so many of the new index's items are from here that it may go on from it. */
  public boolean isMostOf(int items) {
    return staying() >= LEAST_SHARE * items;
  }
}
