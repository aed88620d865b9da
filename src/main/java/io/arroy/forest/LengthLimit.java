package io.arroy.forest;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.store.ItemsHeader;

/**
 * The limit of an index's squared lengths, when it goes on from one before. Under dot product it is
 * in every point: a new one moves all of them, and the forest is built anew.
 */
final class LengthLimit {
  /** What a longer vector than any before raises the limit by, so that not every longest does. */
  private static final float HEADROOM = 1.25f;

  /** Vectors that are meant to be of one length differ by less. */
  private static final float ROUNDING = 1e-5f;

  private LengthLimit() {}

  /**
   * The limit of an index that is changed in place: it never goes down.
   *
   * @param longest the largest squared length of what comes
   */
  static float changed(ItemsHeader before, float longest) {
    float limit = before.maxSquaredNorm();
    if (longest <= limit) {
      return limit;
    }
    return isInPoints(before) && before.count() > 0 ? raised(longest) : longest;
  }

  /**
   * The limit of an index that is written anew: it goes down once it is far above the longest.
   *
   * @param longest the largest squared length of all that is in it
   */
  static float rewritten(ItemsHeader before, float longest) {
    float limit = before.maxSquaredNorm();
    if (!isInPoints(before) || limit > ItemsHeader.MOST_ABOVE_LONGEST * longest) {
      return longest;
    }
    return longest <= limit * (1 + ROUNDING) ? limit : raised(longest);
  }

  private static boolean isInPoints(ItemsHeader items) {
    return items.description().distance() == Distance.DOT_PRODUCT;
  }

  private static float raised(float longest) {
    return Math.min(Float.MAX_VALUE, longest * HEADROOM);
  }
}
