package io.arroy.forest.search;

import org.apache.lucene.util.Bits;

/**
 * What a search may spend and which items it may find.
 *
 * @param k how many items are wanted, 1 or more
 * @param budget how many accepted items may be scored, 1 or more, or {@link #DEFAULT_BUDGET}
 * @param accepted the ordinals that may be found, or null for all; only asked, never changed
 * @param acceptedCount how many ordinals are accepted at the most, 0 or more
 */
public record SearchOptions(int k, int budget, Bits accepted, int acceptedCount) {
  /** Leaves the budget to the index. */
  public static final int DEFAULT_BUDGET = -1;

  /** Checks the ranges. */
  public SearchOptions {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
    if (budget < 1 && budget != DEFAULT_BUDGET) {
      throw new IllegalArgumentException("budget must be at least 1, got " + budget);
    }
    if (acceptedCount < 0) {
      throw new IllegalArgumentException("acceptedCount must not be negative: " + acceptedCount);
    }
  }

  /** The nearest {@code k} of all items, with the default budget. */
  public static SearchOptions nearest(int k) {
    return new SearchOptions(k, DEFAULT_BUDGET, null, Integer.MAX_VALUE);
  }

  /** The same with another budget. */
  public SearchOptions withBudget(int value) {
    return new SearchOptions(k, value, accepted, acceptedCount);
  }

  /** The same for accepted items alone. */
  public SearchOptions withAccepted(Bits bits, int count) {
    return new SearchOptions(k, budget, bits, count);
  }
}
