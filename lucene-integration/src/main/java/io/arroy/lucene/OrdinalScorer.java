package io.arroy.lucene;

import io.arroy.forest.search.Scorer;
import java.io.IOException;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/** Lucene's scores of stored vectors for one query, by ordinal. */
final class OrdinalScorer implements RandomVectorScorer {
  private final Scorer scorer;
  private final Similarity similarity;
  private final int size;
  private final Failures failures;

  OrdinalScorer(Scorer scorer, Similarity similarity, int size, Failures failures) {
    this.scorer = scorer;
    this.similarity = similarity;
    this.size = size;
    this.failures = failures;
  }

  @Override
  public float score(int ordinal) throws IOException {
    try {
      return similarity.score(scorer.proximity(ordinal));
    } catch (IOException e) {
      throw failures.translate(e);
    } catch (RuntimeException e) {
      throw failures.translate(e);
    }
  }

  @Override
  public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
    try {
      scorer.proximities(ordinals, count, scores);
    } catch (IOException e) {
      throw failures.translate(e);
    } catch (RuntimeException e) {
      throw failures.translate(e);
    }
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      scores[i] = similarity.score(scores[i]);
      best = Math.max(best, scores[i]);
    }
    return best;
  }

  @Override
  public int maxOrd() {
    return size;
  }
}
