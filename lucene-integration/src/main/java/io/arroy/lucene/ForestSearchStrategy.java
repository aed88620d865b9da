package io.arroy.lucene;

import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * What one query may spend in each segment. Pass it to {@code KnnFloatVectorQuery} or {@code
 * KnnByteVectorQuery}; other formats ignore it.
 */
public final class ForestSearchStrategy extends KnnSearchStrategy {
  private final int budget;

  private ForestSearchStrategy(int budget) {
    this.budget = budget;
  }

  /**
   * Scores so many vectors of a segment: more find more of the nearest, and take longer.
   *
   * @param searchK vectors scored, 1 or more; at least as many as there are hits to find
   */
  public static ForestSearchStrategy budget(int searchK) {
    if (searchK < 1) {
      throw new IllegalArgumentException("budget must be at least 1, got " + searchK);
    }
    return new ForestSearchStrategy(searchK);
  }

  /** Vectors scored in each segment. */
  public int budget() {
    return budget;
  }

  /** The strategy of ours that a query was given, also if Lucene has wrapped it; else null. */
  static ForestSearchStrategy of(KnnSearchStrategy strategy) {
    KnnSearchStrategy given = strategy;
    while (given instanceof Seeded seeded) {
      given = seeded.originalStrategy();
    }
    return given instanceof ForestSearchStrategy forest ? forest : null;
  }

  @Override
  public void nextVectorsBlock() {}

  @Override
  public boolean equals(Object other) {
    return other instanceof ForestSearchStrategy strategy && budget == strategy.budget;
  }

  @Override
  public int hashCode() {
    return Integer.hashCode(budget);
  }

  @Override
  public String toString() {
    return "ForestSearchStrategy[budget=" + budget + "]";
  }
}
