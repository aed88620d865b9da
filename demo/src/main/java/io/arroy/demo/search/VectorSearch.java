package io.arroy.demo.search;

import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/** How hard a vector search tries. */
public interface VectorSearch {
  /** The query for the k nearest of what a filter accepts; null accepts all. */
  Query query(float[] vector, int k, Query filter);

  /** Leaves it to the codec. */
  static VectorSearch byDefault() {
    return (vector, k, filter) -> new KnnFloatVectorQuery(Fields.VECTOR, vector, k, filter);
  }

  /** Passes a strategy that the codec understands. */
  static VectorSearch with(KnnSearchStrategy strategy) {
    return (vector, k, filter) ->
        new KnnFloatVectorQuery(Fields.VECTOR, vector, k, filter, strategy);
  }

  /** Collects more than is wanted, which is how HNSW trades time for recall. */
  static VectorSearch collecting(int candidates) {
    return (vector, k, filter) ->
        new KnnFloatVectorQuery(Fields.VECTOR, vector, Math.max(k, candidates), filter);
  }
}
