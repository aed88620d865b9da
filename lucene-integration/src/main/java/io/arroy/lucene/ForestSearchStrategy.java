package io.arroy.lucene;

import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.search.SearchPlan;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * What one query may spend in each segment, and what it should find for it. Pass it to {@code
 * KnnFloatVectorQuery} or {@code KnnByteVectorQuery}; other formats ignore it.
 */
public final class ForestSearchStrategy extends KnnSearchStrategy {
  /** Spends what finds {@value SearchOptions#DEFAULT_RECALL} of the nearest, on average. */
  public static final ForestSearchStrategy DEFAULT = new ForestSearchStrategy(0, 0, 1, null);

  private final int budget;
  private final float targetRecall;
  private final float oversampling;
  private final Consumer<SearchPlan> observer;

  private ForestSearchStrategy(
      int budget, float targetRecall, float oversampling, Consumer<SearchPlan> observer) {
    this.budget = budget;
    this.targetRecall = targetRecall;
    this.oversampling = oversampling;
    this.observer = observer;
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
    return new ForestSearchStrategy(searchK, 0, 1, null);
  }

  /**
   * Goes on until about this share of the nearest is expected to be found. It is what queries find
   * on average, in measurements; no query is promised it.
   *
   * @param recall above 0, below 1
   */
  public static ForestSearchStrategy targetRecall(float recall) {
    if (!(recall > 0 && recall < 1)) {
      throw new IllegalArgumentException("recall must be above 0 and below 1, got " + recall);
    }
    return new ForestSearchStrategy(0, recall, 1, null);
  }

  /**
   * The same, keeping so many times as many of the best candidates, and scoring so many times as
   * many of them exactly at the least. By default as many are scored as the errors of their codes
   * demand.
   *
   * @param times 1 to {@value SearchOptions#MAX_OVERSAMPLING}
   */
  public ForestSearchStrategy withOversampling(float times) {
    if (!(times >= 1 && times <= SearchOptions.MAX_OVERSAMPLING)) {
      throw new IllegalArgumentException(
          "oversampling must be 1 to " + SearchOptions.MAX_OVERSAMPLING + ", got " + times);
    }
    return new ForestSearchStrategy(budget, targetRecall, times, observer);
  }

  /**
   * The same, telling for each segment how it is searched, and again where a search changes its
   * mind.
   *
   * @param told called by the threads that search
   */
  public ForestSearchStrategy withObserver(Consumer<SearchPlan> told) {
    return new ForestSearchStrategy(
        budget, targetRecall, oversampling, Objects.requireNonNull(told, "told"));
  }

  /** Vectors scored in each segment, or 0 if that is left to the search. */
  public int budget() {
    return budget;
  }

  /** The recall aimed at, or 0 for the segment's default. */
  public float targetRecall() {
    return targetRecall;
  }

  /** How many times as many candidates are scored exactly. */
  public float oversampling() {
    return oversampling;
  }

  /** Tells how a segment is searched. */
  void planned(SearchPlan plan) {
    if (observer != null) {
      observer.accept(plan);
    }
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
    return other instanceof ForestSearchStrategy strategy
        && budget == strategy.budget
        && targetRecall == strategy.targetRecall
        && oversampling == strategy.oversampling
        && Objects.equals(observer, strategy.observer);
  }

  @Override
  public int hashCode() {
    return Objects.hash(budget, targetRecall, oversampling, observer);
  }

  @Override
  public String toString() {
    return "ForestSearchStrategy[budget="
        + budget
        + ", targetRecall="
        + targetRecall
        + ", oversampling="
        + oversampling
        + "]";
  }
}
