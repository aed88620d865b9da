package io.arroy.benchmarks.generate;

import java.util.SplittableRandom;

/** How the coordinates of a point inside its cluster are distributed; all have variance 1. */
public enum Latent {
  /** The bell curve. */
  GAUSSIAN,
  /** Clusters with sharp edges. */
  UNIFORM,
  /** Clusters with a dense core and far outliers. */
  LAPLACE;

  /** Draws a coordinate; the same on every machine. */
  double next(SplittableRandom random) {
    return switch (this) {
      case GAUSSIAN -> gaussian(random);
      case UNIFORM -> (random.nextDouble() - .5) * StrictMath.sqrt(12);
      case LAPLACE -> {
        double half = random.nextDouble() - .5;
        double magnitude = -StrictMath.log(1 - 2 * Math.min(Math.abs(half), .5 - 1e-15));
        yield Math.signum(half) * magnitude / StrictMath.sqrt(2);
      }
    };
  }

  /** Draws from the normal distribution, by Box and Muller. */
  static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  /**
   * Draws from something close to the normal distribution, within three and a half deviations: a
   * sum of four uniform numbers from one draw. For noise, of which there is much.
   */
  static float roughGaussian(SplittableRandom random) {
    long bits = random.nextLong();
    int sum =
        (int) (bits & 0xffff)
            + (int) (bits >>> 16 & 0xffff)
            + (int) (bits >>> 32 & 0xffff)
            + (int) (bits >>> 48);
    // Mean and deviation of the sum of four uniform numbers below 2^16.
    return (sum - 131070) / 37837.23f;
  }
}
