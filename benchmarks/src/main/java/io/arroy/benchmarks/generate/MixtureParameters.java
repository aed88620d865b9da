package io.arroy.benchmarks.generate;

/**
 * The shape of a generated set.
 *
 * @param dimension elements of a vector
 * @param intrinsic directions in which a cluster extends
 * @param clusters number of clusters
 * @param imbalance exponent of Zipf's law for their sizes; 0 makes them equal
 * @param spread how far points lie from their cluster's centre, the centre's length being 1
 * @param noise length of what is added in all directions, the centre's length being 1
 * @param between share of points that lie between two clusters of one topic
 * @param latent how points are distributed along a cluster's directions
 * @param unitLength whether vectors are scaled to length 1
 * @param seed of everything random
 */
public record MixtureParameters(
    int dimension,
    int intrinsic,
    int clusters,
    double imbalance,
    double spread,
    double noise,
    double between,
    Latent latent,
    boolean unitLength,
    long seed) {

  /** Checks that a set of this shape exists. */
  public MixtureParameters {
    if (dimension < 2 || intrinsic < 1 || intrinsic > dimension || clusters < 1) {
      throw new IllegalArgumentException(
          "needs at least 2 dimensions, 1 cluster, and from 1 to "
              + dimension
              + " intrinsic dimensions");
    }
    if (imbalance < 0 || spread < 0 || noise < 0 || between < 0 || between > 1) {
      throw new IllegalArgumentException("imbalance, spread, noise and between are not negative");
    }
  }
}
