package io.arroy.lucene;

import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;

/** Scores the vectors of a field in the order of their documents. */
final class ExactScorer implements VectorScorer {
  private final OrdinalScorer scorer;
  private final DocIndexIterator iterator;

  ExactScorer(OrdinalScorer scorer, DocIndexIterator iterator) {
    this.scorer = scorer;
    this.iterator = iterator;
  }

  @Override
  public float score() throws IOException {
    return scorer.score(iterator.index());
  }

  @Override
  public DocIdSetIterator iterator() {
    return iterator;
  }

  @Override
  public Bulk bulk(DocIdSetIterator matchingDocs) {
    return Bulk.fromRandomScorerSparse(scorer, iterator, matchingDocs);
  }
}
