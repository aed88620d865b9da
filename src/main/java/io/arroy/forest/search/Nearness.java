package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.tree.Points;

/** How near a query is to a centroid, as a number that ranks: larger is nearer, never NaN. */
enum Nearness {
  /** Minus half the squared Euclidean distance, but for what is the same for all centroids. */
  EUCLIDEAN {
    @Override
    float of(float dot, float halfNorm) {
      return number(dot - halfNorm);
    }
  },
  /** The cosine, but for the query's length: a centroid is shorter the more its points differ. */
  ANGULAR {
    @Override
    float of(float dot, float halfNorm) {
      return halfNorm > 0 ? number(dot / (float) Math.sqrt(2 * halfNorm)) : 0;
    }
  };

  /** The nearness that suits a distance. */
  static Nearness of(Distance distance) {
    return Points.subtractsHalfNorm(distance) ? EUCLIDEAN : ANGULAR;
  }

  /**
   * The nearness of a centroid.
   *
   * @param dot dot product of query and centroid
   * @param halfNorm half the centroid's squared length
   */
  abstract float of(float dot, float halfNorm);

  private static float number(float value) {
    return Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value;
  }
}
