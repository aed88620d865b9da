package io.arroy.lucene;

import io.arroy.forest.ForestIndex;
import io.arroy.forest.search.HitCollector;
import io.arroy.forest.search.Scorer;
import io.arroy.forest.search.SearchOptions;
import java.io.IOException;

/** A query vector of either kind, for one thread. */
interface ForestQuery {
  /** Finds its nearest. */
  void search(SearchOptions options, HitCollector collector) throws IOException;

  /** Scores stored vectors exactly. */
  Scorer scorer();

  static ForestQuery of(ForestIndex index, float[] vector) {
    return new ForestQuery() {
      @Override
      public void search(SearchOptions options, HitCollector collector) throws IOException {
        index.search(vector, options, collector);
      }

      @Override
      public Scorer scorer() {
        return index.scorer(vector);
      }
    };
  }

  static ForestQuery of(ForestIndex index, byte[] vector) {
    return new ForestQuery() {
      @Override
      public void search(SearchOptions options, HitCollector collector) throws IOException {
        index.search(vector, options, collector);
      }

      @Override
      public Scorer scorer() {
        return index.scorer(vector);
      }
    };
  }
}
