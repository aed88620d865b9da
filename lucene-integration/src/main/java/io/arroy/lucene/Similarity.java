package io.arroy.lucene;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Turns the engine's proximities into Lucene's scores. The one place where that is defined: search,
 * exact search and rescoring all come here.
 *
 * @param function how the field was declared
 * @param elementType what its vectors are made of
 * @param dimension elements of a vector
 * @param manhattan whether Manhattan distance stands in for Euclidean
 */
record Similarity(
    VectorSimilarityFunction function, ElementType elementType, int dimension, boolean manhattan) {
  static Similarity of(FieldInfo field, boolean manhattan) {
    VectorSimilarityFunction function = field.getVectorSimilarityFunction();
    ElementType type =
        field.getVectorEncoding() == VectorEncoding.BYTE ? ElementType.BYTE : ElementType.FLOAT32;
    return new Similarity(function, type, field.getVectorDimension(), manhattan);
  }

  /** The engine's distance that orders as this similarity does. */
  Distance distance() {
    return switch (function) {
      case EUCLIDEAN -> manhattan ? Distance.MANHATTAN : Distance.EUCLIDEAN;
      case COSINE -> Distance.COSINE;
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> Distance.DOT_PRODUCT;
    };
  }

  /** Lucene's score, never negative; 0 where overflow left no number. */
  float score(float proximity) {
    float score =
        switch (function) {
          case EUCLIDEAN -> 1 / (1 - proximity);
          case COSINE -> Math.max((1 + proximity) / 2, 0);
          case DOT_PRODUCT ->
              elementType == ElementType.BYTE
                  ? 0.5f + proximity / (dimension * (float) (1 << 15))
                  : Math.max((1 + proximity) / 2, 0);
          case MAXIMUM_INNER_PRODUCT -> VectorUtil.scaleMaxInnerProductScore(proximity);
        };
    return Float.isNaN(score) ? 0 : score;
  }
}
