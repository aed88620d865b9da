package io.arroy.lucene;

import io.arroy.forest.search.SearchOptions;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;

/** What a search of a segment may spend. */
final class Budget {
  /** A query that says nothing may score so many vectors for each hit it asks for. */
  private static final int PER_HIT = 20;

  private final VectorField field;

  /** What the query says, or 0. */
  private final int stated;

  private Budget(VectorField field, int stated) {
    this.field = field;
    this.stated = stated;
  }

  /** As the query says, or else the segment, or else the forest. */
  static Budget of(VectorField field, KnnCollector collector) {
    ForestSearchStrategy strategy = ForestSearchStrategy.of(collector.getSearchStrategy());
    return new Budget(field, strategy == null ? 0 : strategy.budget());
  }

  /**
   * The options of a search.
   *
   * @param k hits wanted
   * @param effort how many times the usual to spend, 1 or more
   */
  SearchOptions options(int k, int effort, AcceptedOrdinals accepted) throws IOException {
    long budget;
    if (stated > 0) {
      budget = Math.max(stated, k);
    } else if (field.defaultBudget() > 0) {
      budget = Math.max(field.defaultBudget(), (long) PER_HIT * k);
    } else {
      return new SearchOptions(k, SearchOptions.DEFAULT_BUDGET, accepted.bits(), accepted.count());
    }
    int spent = (int) Math.min(Integer.MAX_VALUE, budget * effort);
    return new SearchOptions(k, spent, accepted.bits(), accepted.count());
  }
}
