package io.arroy.lucene;

import io.arroy.forest.search.SearchOptions;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;

/** What a search of a segment may spend. */
final class Budget {
  /** A query that says nothing may score so many vectors for each hit it asks for. */
  private static final int PER_HIT = 20;

  private final VectorField field;
  private final ForestSearchStrategy strategy;

  private Budget(VectorField field, ForestSearchStrategy strategy) {
    this.field = field;
    this.strategy = strategy;
  }

  /** As the query says, or else the segment, or else the forest. */
  static Budget of(VectorField field, KnnCollector collector) {
    ForestSearchStrategy given = ForestSearchStrategy.of(collector.getSearchStrategy());
    return new Budget(field, given == null ? ForestSearchStrategy.DEFAULT : given);
  }

  /**
   * The options of a search.
   *
   * @param k hits wanted
   * @param effort how many times the usual to spend, 1 or more
   */
  SearchOptions options(int k, int effort, AcceptedOrdinals accepted) throws IOException {
    SearchOptions options =
        new SearchOptions(k, SearchOptions.DEFAULT_BUDGET, accepted.bits(), accepted.countFor(k))
            .withOversampling(strategy.oversampling());
    long budget;
    if (strategy.budget() > 0) {
      budget = Math.max(strategy.budget(), k);
    } else if (strategy.targetRecall() > 0) {
      return options.withTargetRecall(strategy.targetRecall());
    } else if (field.defaultBudget() > 0) {
      budget = Math.max(field.defaultBudget(), (long) PER_HIT * k);
    } else {
      return options;
    }
    return options.withBudget((int) Math.min(Integer.MAX_VALUE, budget * effort));
  }
}
