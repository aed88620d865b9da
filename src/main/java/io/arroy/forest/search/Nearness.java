package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.tree.Points;

/** How near a query is to a centroid, as a number that ranks: larger is nearer, never NaN. */
enum Nearness {
  /** Minus half the squared Euclidean distance, but for what is the same for all centroids. */
  EUCLIDEAN {
    @Override
    float of(float dot, float measure) {
      return number(dot - measure);
    }

    @Override
    float ofEstimate(float estimate, float measure) {
      return number(estimate);
    }
  },
  /** The cosine, but for the query's length: a centroid is shorter the more its points differ. */
  ANGULAR {
    @Override
    float of(float dot, float measure) {
      return number(dot * measure);
    }

    @Override
    float ofEstimate(float estimate, float measure) {
      return of(estimate, measure);
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
   * @param measure the centroid's, see {@link Points#measure}
   */
  abstract float of(float dot, float measure);

  /** The same by what the code of a centroid estimates, which has half norms subtracted. */
  abstract float ofEstimate(float estimate, float measure);

  private static float number(float value) {
    return Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value;
  }
}
