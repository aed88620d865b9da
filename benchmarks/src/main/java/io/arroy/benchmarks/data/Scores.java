package io.arroy.benchmarks.data;

import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/** How near two vectors are, larger is nearer; only the order matters. */
public final class Scores {

  private Scores() {}

  /** In single precision, by Lucene's vectorized kernels. */
  public static float single(VectorSimilarityFunction similarity, float[] a, float[] b) {
    return switch (similarity) {
      case EUCLIDEAN -> -VectorUtil.squareDistance(a, b);
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> VectorUtil.dotProduct(a, b);
      case COSINE -> VectorUtil.cosine(a, b);
    };
  }

  /** In double precision, summed from left to right. */
  public static double precise(VectorSimilarityFunction similarity, float[] a, float[] b) {
    double dot = 0;
    double squares = 0;
    double normA = 0;
    double normB = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      dot += (double) a[i] * b[i];
      squares += difference * difference;
      normA += (double) a[i] * a[i];
      normB += (double) b[i] * b[i];
    }
    return switch (similarity) {
      case EUCLIDEAN -> -squares;
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> dot;
      case COSINE -> dot / Math.sqrt(normA * normB);
    };
  }
}
