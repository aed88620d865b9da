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
  private static final int LEAST = 500;

  /** Effort of a walk at the least. */
  private static final int LEAST_EFFORT = 500;

  /** A query's preparation, ranking the groups, and the rerank. */
  private static final double WALK = 60_000;

  /** Scoring a code. */
  private static final double CODE = 15;

  /** Effort of a walk for 10 items of one. */
  private static final double FIRST = 10;

  /** Finding the leaf of an accepted item. */
  private static final double COUNT = 2;

  /** Ranking and opening a leaf, its centroid and its codes read from cold memory. */
  private static final double LEAF = 900;

  /** Preparing a scan by codes, and scoring exactly what may be wanted after it. */
  private static final double CODE_SCAN = 30_000;

  /** Scoring an item by its code, and for each coordinate of it. */
  private static final double SCANNED = 20;

  private static final double SCANNED_COORDINATE = .05;

  /** An exact distance, and for each coordinate of it. */
  private static final double EXACT = 100;

  private static final double EXACT_COORDINATE = 1;

  private final int items;
  private final int leafSize;
  private final int dimension;
  private final boolean codes;

  /**
   * A model of searches in one index.
   *
   * @param items number of items
   * @param leafSize items of a leaf
   * @param dimension coordinates of a vector
   * @param codes whether there are codes to scan
   */
  CostModel(int items, int leafSize, int dimension, boolean codes) {
    this.items = items;
    this.leafSize = leafSize;
    this.dimension = dimension;
    this.codes = codes;
  }

  /**
   * Whether scoring all accepted items is cheaper than looking for the nearest.
   *
   * @param k items wanted
   * @param accepted how many items are accepted at the most
   */
  boolean scans(int k, int accepted) {
    int available = Math.min(accepted, items);
    double share = (double) available / items;
    double scored = effort(k) * Math.sqrt(share);
    if (available <= LEAST || scored >= available) {
      return true;
    }
    // A leaf that is opened holds at least one accepted item, or it would be left out.
    double leaves = Math.min((double) items, scored / Math.max(1.0 / leafSize, share)) / leafSize;
    double walk = WALK + leaves * LEAF + scored * CODE + (share < 1 ? COUNT * available : 0);
    return scan(available) <= walk;
  }

  /**
   * Whether a walk that has scored so much should give up for scanning all accepted items: once it
   * has cost half as much as that. Whatever it would have cost to go on, at most that half is lost.
   *
   * @param leaves scored so far
   * @param scored items scored so far
   * @param accepted how many items are accepted at the most
   */
  boolean givesUp(int leaves, int scored, int accepted) {
    return leaves * LEAF + scored * CODE > scan(Math.min(accepted, items)) / 2;
  }

  /** Whether scoring so many items by their codes first is cheaper than scoring them exactly. */
  boolean scansCodes(int count) {
    return codes && codeScan(count) < exact(count);
  }

  private double scan(int count) {
    return scansCodes(count) ? codeScan(count) : exact(count);
  }

  private double codeScan(int count) {
    return CODE_SCAN + count * (SCANNED + SCANNED_COORDINATE * dimension);
  }

  private double exact(int count) {
    return count * (EXACT + EXACT_COORDINATE * dimension);
  }

  /**
   * What a walk spends before it asks whether that was enough, as {@link Walk} counts it. The
   * square root of the number of items because leaves get denser around a query as they get more.
   *
   * @param k items wanted
   */
  double effort(int k) {
    double effort = FIRST * Math.sqrt(items) * Math.pow(Math.max(1, k / 10.0), 0.35);
    return Math.max(LEAST_EFFORT, Math.max(effort, 10.0 * k));
  }
}
