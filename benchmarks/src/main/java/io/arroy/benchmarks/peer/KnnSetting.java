package io.arroy.benchmarks.peer;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Lucene's own query.
 *
 * @param label one word, for reports
 * @param reach how many neighbours to ask the index for; in Lucene this is HNSW's {@code ef}. Never
 *     fewer than are wanted
 * @param rerank how many of those to score again with exact vectors, 0 for none
 * @param strategy how to search, null for Lucene's default
 */
public record KnnSetting(String label, int reach, int rerank, KnnSearchStrategy strategy)
    implements Setting {

  /** Asks for {@code reach} neighbours. */
  public static KnnSetting reach(int reach) {
    return new KnnSetting("ef" + reach, reach, 0, null);
  }

  @Override
  public TopDocs search(IndexSearcher searcher, float[] target, int k, Query filter, Tally tally)
      throws IOException {
    Query query =
        new CountingQuery(
            target,
            Math.max(k, reach),
            filter,
            strategy == null ? KnnSearchStrategy.Hnsw.DEFAULT : strategy,
            tally);
    if (rerank == 0) {
      return searcher.search(query, k);
    }
    return Reranker.rerank(searcher, searcher.search(query, Math.max(k, rerank)), target, k);
  }
}
