package io.arroy.benchmarks.generate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A mixture of clusters that resembles embeddings.
 *
 * <p>All directions come from one dictionary of random unit vectors, as concepts that things share.
 * Clusters belong to topics: a cluster's centre mixes its topic's centre with one of its own. Each
 * cluster extends along a few directions of the dictionary, less and less far from the first to the
 * last, and by a factor of its own, so that some clusters are dense; sizes follow Zipf's law. Some
 * points lie between two clusters of a topic. Noise in all directions is added last.
 *
 * <p>A point depends only on the seed, its stream and its number, never on points before it.
 */
public final class Mixture {

  /** Which sequence of points one belongs to. */
  public enum Stream {
    /** Points to index. */
    BASE("base", 1),
    /** Held out, but from the same distribution. */
    HELD_OUT("held-out", 2),
    /** Between clusters of any topics, wider spread, and all shifted one way. */
    OUT_OF_DISTRIBUTION("out-of-distribution", 3);

    private final String word;
    private final int code;

    Stream(String word, int code) {
      this.word = word;
      this.code = code;
    }

    /** The word for it in files. */
    public String word() {
      return word;
    }
  }

  /** How a centre is mixed: squares add up to 1. */
  private static final double TOPIC_SHARE = .6;

  private static final double OWN_SHARE = .8;

  /** How far a query from elsewhere is shifted, and how much wider it is spread. */
  private static final double SHIFT = .4;

  private static final double WIDER = 1.5;

  private final MixtureParameters parameters;
  private final float[][] dictionary;
  private final int topics;
  private final float[][] centers;
  private final int[][] directions;
  private final double[] extents;
  private final double[] scales;
  private final double[] cumulative;
  private final float[] shift;

  /** Draws the clusters. */
  public Mixture(MixtureParameters parameters) {
    this.parameters = parameters;
    int dimension = parameters.dimension();
    int clusters = parameters.clusters();
    SplittableRandom random = new SplittableRandom(parameters.seed());
    dictionary = new float[2 * dimension][];
    for (int i = 0; i < dictionary.length; i++) {
      dictionary[i] = direction(random, dimension);
    }
    topics = (int) Math.ceil(Math.sqrt(clusters));
    float[][] topicCenters = new float[topics][];
    for (int i = 0; i < topics; i++) {
      topicCenters[i] = blend(random);
    }
    centers = new float[clusters][dimension];
    directions = new int[clusters][parameters.intrinsic()];
    extents = new double[clusters];
    for (int i = 0; i < clusters; i++) {
      add(centers[i], topicCenters[i % topics], TOPIC_SHARE);
      add(centers[i], blend(random), OWN_SHARE);
      toUnitLength(centers[i]);
      for (int j = 0; j < directions[i].length; j++) {
        directions[i][j] = random.nextInt(dictionary.length);
      }
      extents[i] = parameters.spread() * StrictMath.exp(.35 * Latent.gaussian(random));
    }
    scales = fallingScales(parameters.intrinsic());
    cumulative = cumulativeZipf(clusters, parameters.imbalance());
    shift = direction(random, dimension);
  }

  /** Falls with the square root of the position; squares add up to 1. */
  private static double[] fallingScales(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1. / (i + 1);
    }
    double[] scales = new double[count];
    for (int i = 0; i < count; i++) {
      scales[i] = StrictMath.sqrt(1. / (i + 1) / sum);
    }
    return scales;
  }

  private static double[] cumulativeZipf(int count, double exponent) {
    double[] cumulative = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += StrictMath.pow(i + 1., -exponent);
      cumulative[i] = sum;
    }
    return cumulative;
  }

  /** A unit vector that mixes as many directions as a cluster has. */
  private float[] blend(SplittableRandom random) {
    float[] vector = new float[parameters.dimension()];
    for (int i = 0; i < Math.max(8, parameters.intrinsic()); i++) {
      add(vector, dictionary[random.nextInt(dictionary.length)], Latent.gaussian(random));
    }
    toUnitLength(vector);
    return vector;
  }

  /** Computes point {@code number} of {@code stream} into {@code target}. */
  public void point(Stream stream, long number, float[] target) {
    SplittableRandom random =
        new SplittableRandom(scatter(scatter(parameters.seed() + stream.code) + number));
    boolean elsewhere = stream == Stream.OUT_OF_DISTRIBUTION;
    int cluster = cluster(random);
    Arrays.fill(target, 0);
    if (elsewhere || random.nextDouble() < parameters.between()) {
      int other = elsewhere ? cluster(random) : neighbor(cluster, random);
      double share = elsewhere ? .5 : .25 + .25 * random.nextDouble();
      add(target, centers[cluster], 1 - share);
      add(target, centers[other], share);
    } else {
      add(target, centers[cluster], 1);
    }
    double extent = extents[cluster] * (elsewhere ? WIDER : 1);
    for (int i = 0; i < scales.length; i++) {
      add(
          target,
          dictionary[directions[cluster][i]],
          extent * scales[i] * parameters.latent().next(random));
    }
    if (elsewhere) {
      add(target, shift, SHIFT);
    }
    float noise = (float) (parameters.noise() / StrictMath.sqrt(target.length));
    for (int i = 0; i < target.length; i++) {
      target[i] += noise * Latent.roughGaussian(random);
    }
    if (parameters.unitLength()) {
      toUnitLength(target);
    }
  }

  private int cluster(SplittableRandom random) {
    double position = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, position);
    return Math.min(found < 0 ? -found - 1 : found, cumulative.length - 1);
  }

  /** A cluster of the same topic, perhaps the same one. */
  private int neighbor(int cluster, SplittableRandom random) {
    int topic = cluster % topics;
    int members = (centers.length - topic + topics - 1) / topics;
    return topic + topics * random.nextInt(members);
  }

  private static float[] direction(SplittableRandom random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) Latent.gaussian(random);
    }
    toUnitLength(vector);
    return vector;
  }

  private static void add(float[] target, float[] vector, double factor) {
    float f = (float) factor;
    for (int i = 0; i < target.length; i++) {
      target[i] += f * vector[i];
    }
  }

  /** A zero vector stays one. */
  private static void toUnitLength(float[] vector) {
    double squares = 0;
    for (float element : vector) {
      squares += (double) element * element;
    }
    if (squares > 0) {
      float factor = (float) (1 / Math.sqrt(squares));
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= factor;
      }
    }
  }

  /** Spreads neighbouring numbers over all longs: the finalizer of MurmurHash3. */
  private static long scatter(long value) {
    long z = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }
}
