package io.arroy.forest.search;

import io.arroy.forest.distance.FloatKernels;

/**
 * Expects how many of the nearest items a walk would miss if it stopped now.
 *
 * <p>What a walk scores shows how far items of a leaf lie from its centroid in the direction of
 * this query. Taking that spread for normal and equal in all leaves, each leaf still to come holds
 * so many items that would be among the best kept. It is measured by every query for itself, so
 * that queries unlike the stored items, and filters far from the query, look further by themselves.
 *
 * <p>Belongs to one search. Sums are kept in double precision.
 */
final class MissedItems {
  /** Upper tail of the standard normal distribution from -{@value #REACH} to it. */
  private static final float[] TAIL = new float[1025];

  private static final double REACH = 6;
  private static final double STEP = 2 * REACH / (TAIL.length - 1);

  static {
    double density = STEP / Math.sqrt(2 * Math.PI);
    double above = 0;
    for (int i = TAIL.length - 1; i >= 0; i--) {
      double at = -REACH + i * STEP;
      TAIL[i] = (float) Math.min(1, above);
      double middle = at - STEP / 2;
      above += density * Math.exp(-middle * middle / 2);
    }
  }

  private final float[] moments = new float[2];
  private long count;
  private double sum;
  private double squares;
  private long leaves;
  private double scales;
  private long leafCount;
  private double leafSum;
  private double leafSquares;
  private long errorCount;
  private double errorSquares;
  private final Tail ofLeaves = new Tail();
  private final Tail ofGroups = new Tail();

  /**
   * Takes what a leaf's codes estimated.
   *
   * @param base the estimate of its centroid
   * @param estimates of its accepted items
   * @param picked which of {@code estimates} count, or null for the first {@code size}
   */
  void add(float base, float[] estimates, int[] picked, int size) {
    if (picked == null) {
      FloatKernels.BEST.moments(estimates, size, base, moments);
      sum += moments[0];
      squares += moments[1];
    } else {
      for (int i = 0; i < size; i++) {
        double distance = estimates[picked[i]] - base;
        sum += distance;
        squares += distance * distance;
      }
    }
    count += size;
  }

  /** Takes by how much a leaf's rank is multiplied to give the estimate of its centroid. */
  void scale(float rank, float base) {
    if (rank != 0) {
      scales += base / rank;
      leaves++;
    }
  }

  /** Takes how much higher than its group a leaf ranks. */
  void addLeaf(float distance) {
    leafSum += distance;
    leafSquares += (double) distance * distance;
    leafCount++;
  }

  /** Takes by how much the code of a leaf's centroid underestimated its rank. */
  void addRank(float error) {
    if (Math.abs(error) < Float.MAX_VALUE) {
      errorSquares += (double) error * error;
      errorCount++;
    }
  }

  /** Sets the bound that {@link #above} counts from; after something was added. */
  void bound(float estimate) {
    double mean = sum / count;
    double variance = Math.max(1e-30, squares / count - mean * mean);
    double scale = leaves == 0 ? 1 : scales / leaves;
    if (errorCount > 0) {
      variance += errorSquares / errorCount * scale * scale;
    }
    ofLeaves.set(scale, mean, variance, estimate);
    if (leafCount > 0) {
      double leafMean = leafSum / leafCount;
      double leafVariance = Math.max(0, leafSquares / leafCount - leafMean * leafMean);
      variance += leafVariance * scale * scale;
      mean += leafMean * scale;
    }
    ofGroups.set(scale, mean, variance, estimate);
  }

  /** The share of a leaf's items expected above the bound, by its rank. */
  float above(float rank) {
    return ofLeaves.above(rank);
  }

  /** The share of a group's items expected above the bound, by its rank. */
  float aboveInGroup(float rank) {
    return ofGroups.above(rank);
  }

  /** The tail of a normal distribution around a rank, as a place in a table. */
  private static final class Tail {
    private double atZero;
    private double perRank;

    void set(double scale, double mean, double variance, double bound) {
      double step = STEP * Math.sqrt(variance);
      perRank = scale / step;
      atZero = (bound - mean) / step + REACH / STEP;
    }

    float above(float rank) {
      double at = atZero - perRank * rank;
      if (!(at > 0)) {
        return 1;
      }
      return at >= TAIL.length ? 0 : TAIL[(int) at];
    }
  }
}
