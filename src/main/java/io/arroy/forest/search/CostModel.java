package io.arroy.forest.search;

/**
 * What a search that names no budget spends: how many accepted items the forest must score to find
 * the nearest, and whether scoring all of them exactly is cheaper than that.
 *
 * <p>The constants were fitted to {@code benchmarks/run filters}; see docs/tuning.md. They are in
 * nanoseconds, but only their ratios matter.
 */
final class CostModel {
  /** Accepted items that are never looked for in the forest: too few to calibrate anything. */
  private static final int LEAST = 1000;

  /** A query's preparation, ranking the groups, and the rerank. */
  private static final double WALK = 60_000;

  /** Finding the leaf of an accepted item. */
  private static final double COUNT = 2;

  /** Ranking and opening a leaf, its centroid read from cold memory. */
  private static final double LEAF = 600;

  /** An exact distance, and for each coordinate of it. */
  private static final double EXACT = 25;

  private static final double EXACT_COORDINATE = .12;

  private final int items;
  private final int leafSize;
  private final int dimension;

  /**
   * A model of searches in one index.
   *
   * @param items number of items
   * @param leafSize items of a leaf
   * @param dimension coordinates of a vector
   */
  CostModel(int items, int leafSize, int dimension) {
    this.items = items;
    this.leafSize = leafSize;
    this.dimension = dimension;
  }

  /**
   * How many accepted items to score: all of them where that is the cheaper way.
   *
   * @param k items wanted
   * @param accepted how many items are accepted at the most
   */
  int budget(int k, int accepted) {
    int available = Math.min(accepted, items);
    double walked = walked(k, available);
    double leaves = Math.min((double) items / leafSize, leavesFor(walked, available));
    double walk = WALK + leaves * LEAF + (available < items ? COUNT * available : 0);
    double scan = available * (EXACT + EXACT_COORDINATE * dimension);
    boolean scans = available <= LEAST || walked >= available || scan <= walk;
    return Math.max(1, scans ? available : (int) walked);
  }

  private double leavesFor(double walked, int available) {
    double share = (double) available / items;
    // A leaf that is opened holds at least one accepted item, or it would be left out.
    return walked / Math.max(1, leafSize * share);
  }

  private static double walked(int k, int available) {
    double budget = 18 * Math.sqrt(available) * Math.pow(Math.max(1, k / 10.0), 0.35);
    return Math.max(LEAST, Math.max(budget, 10.0 * k));
  }
}
