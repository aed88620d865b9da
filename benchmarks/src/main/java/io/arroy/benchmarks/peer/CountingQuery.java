package io.arroy.benchmarks.peer;

import io.arroy.lucene.ForestSearchStrategy;
import java.io.IOException;
import java.util.Locale;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * The query that users use, made to tell how many vectors it scored: in every leaf, in a second
 * pass over a leaf, and where it gives up and scans everything that the filter accepts.
 */
final class CountingQuery extends KnnFloatVectorQuery {

  private final Tally tally;
  private boolean searched;
  private boolean scanned;

  CountingQuery(float[] target, int k, Query filter, KnnSearchStrategy strategy, Tally tally) {
    super(Fields.VECTOR, target, k, filter, observed(strategy, tally));
    this.tally = tally;
  }

  /** Ours tells itself, for each segment. */
  private static KnnSearchStrategy observed(KnnSearchStrategy strategy, Tally tally) {
    return strategy instanceof ForestSearchStrategy forest
        ? forest.withObserver(plan -> tally.plan(plan.name().toLowerCase(Locale.ROOT)))
        : strategy;
  }

  @Override
  public Query rewrite(IndexSearcher indexSearcher) throws IOException {
    Query rewritten = super.rewrite(indexSearcher);
    if (!(searchStrategy instanceof ForestSearchStrategy) || scanned) {
      tally.plan(searched ? (scanned ? "index+scan" : "index") : "scan");
    }
    return rewritten;
  }

  @Override
  protected TopDocs approximateSearch(
      LeafReaderContext context,
      AcceptDocs acceptDocs,
      int visitedLimit,
      KnnCollectorManager knnCollectorManager)
      throws IOException {
    searched = true;
    return counted(super.approximateSearch(context, acceptDocs, visitedLimit, knnCollectorManager));
  }

  @Override
  protected TopDocs exactSearch(
      LeafReaderContext context, DocIdSetIterator acceptIterator, QueryTimeout queryTimeout)
      throws IOException {
    scanned = true;
    return counted(super.exactSearch(context, acceptIterator, queryTimeout));
  }

  private TopDocs counted(TopDocs results) {
    tally.addCandidates(results.totalHits.value());
    return results;
  }

  // Two queries that count separately are still the same query.
  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
