package io.arroy.lucene;

import io.arroy.forest.ForestIndex;
import io.arroy.forest.search.Scorer;
import io.arroy.forest.store.BlockSource;
import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;

/**
 * A field of an open segment.
 *
 * @param index its vectors and forest
 * @param similarity how they are scored
 * @param defaultBudget see {@link ForestParameters}
 * @param failures names its file
 */
record VectorField(ForestIndex index, Similarity similarity, int defaultBudget, Failures failures) {
  /** The same field, its blocks read from elsewhere. */
  VectorField of(BlockSource source) throws IOException {
    ForestIndex other = ForestIndex.open(source, index.description().index());
    return new VectorField(other, similarity, defaultBudget, failures);
  }

  /** Documents and ordinals of all vectors, in order. */
  DocIndexIterator iterator() {
    return new OrdinalIterator(index.ids(), failures);
  }

  /** Lucene's scores for a query, for one thread at a time. */
  OrdinalScorer scorer(float[] query) {
    return scorer(index.scorer(query));
  }

  /** The same for a vector of bytes. */
  OrdinalScorer scorer(byte[] query) {
    return scorer(index.scorer(query));
  }

  private OrdinalScorer scorer(Scorer scorer) {
    return new OrdinalScorer(scorer, similarity, index.size(), failures);
  }

  IOException translate(IOException e) {
    return failures.translate(e);
  }

  RuntimeException translate(RuntimeException e) {
    return failures.translate(e);
  }
}
