package io.arroy.forest.search;

import org.apache.lucene.util.Bits;

/**
 * What a search may spend and which items it may find.
 *
 * @param k how many items are wanted, 1 or more
 * @param budget how many accepted items may be scored, 1 or more, or {@link #DEFAULT_BUDGET}
 * @param accepted the ordinals that may be found, or null for all; only asked, never changed
 * @param acceptedCount how many ordinals are accepted at the most, 0 or more
 * @param oversampling so many times as many of the best candidates by code are kept, and scored
 *     exactly at the least, 1 to {@value #MAX_OVERSAMPLING}
 * @param targetRecall the share of the nearest {@code k} that a search without a budget should
 *     find, on average; above 0, below 1
 */
public record SearchOptions(
    int k, int budget, Bits accepted, int acceptedCount, float oversampling, float targetRecall) {
  /** The recall that a search aims at by default. */
  public static final float DEFAULT_RECALL = .95f;

  /** The most that more candidates can be scored exactly. */
  public static final float MAX_OVERSAMPLING = 1000;

  /** Leaves the budget to the index. */
  public static final int DEFAULT_BUDGET = -1;

  /** Without oversampling, aiming at the default recall. */
  public SearchOptions(int k, int budget, Bits accepted, int acceptedCount) {
    this(k, budget, accepted, acceptedCount, 1, DEFAULT_RECALL);
  }

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
    if (!(oversampling >= 1 && oversampling <= MAX_OVERSAMPLING)) {
      throw new IllegalArgumentException(
          "oversampling must be 1 to " + MAX_OVERSAMPLING + ", got " + oversampling);
    }
    if (!(targetRecall > 0 && targetRecall < 1)) {
      throw new IllegalArgumentException(
          "targetRecall must be above 0 and below 1, got " + targetRecall);
    }
  }

  /** The nearest {@code k} of all items, with the default budget. */
  public static SearchOptions nearest(int k) {
    return new SearchOptions(k, DEFAULT_BUDGET, null, Integer.MAX_VALUE);
  }

  /** The same with another budget. */
  public SearchOptions withBudget(int value) {
    return new SearchOptions(k, value, accepted, acceptedCount, oversampling, targetRecall);
  }

  /** The same for accepted items alone. */
  public SearchOptions withAccepted(Bits bits, int count) {
    return new SearchOptions(k, budget, bits, count, oversampling, targetRecall);
  }

  /** The same with another oversampling. */
  public SearchOptions withOversampling(float value) {
    return new SearchOptions(k, budget, accepted, acceptedCount, value, targetRecall);
  }

  /** The same aiming at another recall. */
  public SearchOptions withTargetRecall(float value) {
    return new SearchOptions(k, budget, accepted, acceptedCount, oversampling, value);
  }
}
