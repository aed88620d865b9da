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

  /** Numbers of accepted items for which costs are compared, each so many times the one before. */
  private static final double GRID = 1.1;

  /** Effort of a walk at the least, and where it is known what searches miss. */
  private static final int LEAST_EFFORT = 500;

  private static final int LEAST_MEASURED_EFFORT = 200;

  /** A query's preparation, ranking the groups, and the rerank. */
  private static final double WALK = 45_000;

  /** Scoring a code, and for each coordinate of it. */
  private static final double CODE = 3;

  private static final double CODE_COORDINATE = .008;

  /** Effort of a walk for 10 items of one, and where it is known what searches miss. */
  private static final double FIRST = 10;

  private static final double MEASURED_FIRST = 2;

  /** Finding the leaf of an accepted item. */
  private static final double COUNT = 2;

  /**
   * Opening a leaf, its centroid and its codes read from cold memory, and for each coordinate of
   * it.
   */
  private static final double LEAF = 850;

  private static final double LEAF_COORDINATE = .6;

  /** Preparing a scan by codes, and scoring exactly what may be wanted after it. */
  private static final double CODE_SCAN = 30_000;

  /** Scoring an item by its code, and for each coordinate of it. */
  private static final double SCANNED = 30;

  private static final double SCANNED_COORDINATE = .12;

  /** Up to this share of accepted items, leaves that hold few are scored by codes by ordinal. */
  private static final double SPARSE = .22;

  /** What a walk may spend before it gives up, of a scan of what is accepted. */
  private static final double PATIENCE = 1 / 2.0;

  /** The same where a filter leads far away. */
  private static final double FAR_PATIENCE = 1 / 6.0;

  /** Taking a leaf whose accepted items are listed. */
  private static final double LISTED_LEAF = 100;

  /** Looking at an item of a leaf whether it is accepted. */
  private static final double READ = 5;

  /** Listing an accepted item by its leaf. */
  private static final double LISTED = 13;

  /** Ranking a leaf. */
  private static final double RANKED = 25;

  /** Up to this part of the items, counting them by leaf costs less than opening leaves in vain. */
  private static final int COUNTED_PART = 3;

  /** An exact distance, and for each coordinate of it. */
  private static final double EXACT = 100;

  private static final double EXACT_COORDINATE = 1;

  private final int items;
  private final int leaves;
  private final int dimension;
  private final boolean codes;

  /** What searches miss, or null if that is not known. */
  private final Calibration calibration;

  /**
   * A model of searches in one index.
   *
   * @param items number of items
   * @param leaves leaves of a tree
   * @param dimension coordinates of a vector
   * @param codes whether there are codes to scan
   * @param calibration what searches miss, or null if that is not known
   */
  CostModel(int items, int leaves, int dimension, boolean codes, Calibration calibration) {
    this.items = items;
    this.leaves = leaves;
    this.dimension = dimension;
    this.codes = codes;
    this.calibration = calibration;
  }

  /**
   * Whether scoring all accepted items is cheaper than looking for the nearest. There is one number
   * of accepted items up to which it is, so that latency grows with what a filter lets pass.
   *
   * @param k items wanted
   * @param accepted how many items are accepted at the most
   * @param listable whether they can be gone through
   */
  boolean scans(int k, int accepted, boolean listable) {
    int available = Math.min(accepted, items);
    // Where the walk changes its way, a scan might be the cheaper again further up: not asked for.
    double effort = effort(k);
    for (double asked = LEAST; asked < available; asked *= GRID) {
      if (!isScanCheaper(effort, (int) asked, listable)) {
        return false;
      }
    }
    return true;
  }

  private boolean isScanCheaper(double effort, int available, boolean listable) {
    double share = (double) available / items;
    return effort * Math.sqrt(share) >= available
        || scan(available) <= walk(effort, available, listable);
  }

  /** What a search is expected to cost. */
  double cost(int k, int accepted, boolean listable) {
    int available = Math.min(accepted, items);
    return scans(k, available, listable) ? scan(available) : walk(effort(k), available, listable);
  }

  /** What a walk is expected to cost. */
  private double walk(double effort, int available, boolean listable) {
    double share = (double) available / items;
    double scored = effort * Math.sqrt(share);
    double ranked = Math.min(leaves, Walk.REACH * leaves * scored / share / items);
    Acceptance.Listing listing = listing(effort, available, listable);
    double listed =
        switch (listing) {
          case NOTHING -> 0;
          case COUNTS -> available * COUNT;
          case ITEMS -> available * LISTED;
        };
    boolean lists = listing == Acceptance.Listing.ITEMS;
    return WALK + RANKED * ranked + listed + walked(effort, available, lists);
  }

  /** Leaves that a walk is expected to visit, if each holds an accepted item. */
  private double visited(double effort, int available) {
    double share = (double) available / items;
    double scored = effort * Math.sqrt(share);
    return Math.min(leaves, Math.min(scored, leaves * scored / share / items));
  }

  /** What a walk should know of the leaves before it begins. */
  Acceptance.Listing listing(int k, int accepted, boolean listable) {
    return listing(effort(k), Math.min(accepted, items), listable);
  }

  private Acceptance.Listing listing(double effort, int available, boolean listable) {
    if (!listable) {
      return Acceptance.Listing.NOTHING;
    }
    if (isSparse(available)) {
      return lists(effort, available) ? Acceptance.Listing.ITEMS : Acceptance.Listing.NOTHING;
    }
    // Whether leaves are empty is not known before: counting may cost half of what it is to save.
    boolean counts = available * COUNT <= walked(effort, available, false) / 2;
    return counts && available <= items / COUNTED_PART
        ? Acceptance.Listing.COUNTS
        : Acceptance.Listing.NOTHING;
  }

  /** Whether listing what is accepted by leaf is cheaper than looking through leaves for it. */
  private boolean lists(double effort, int available) {
    return isSparse(available)
        && available * LISTED < visited(effort, available) * lookingThrough();
  }

  /**
   * Whether a walk should give up for scanning all accepted items: once it has cost half as much as
   * that. Whatever it would have cost to go on, at most that half is lost. Where a filter leads far
   * away it gives up once it has cost a sixth: codes tell little there, and most of what they
   * scored would be scored exactly in the end.
   *
   * @param k items wanted
   * @param around what the walk has seen so far
   * @param accepted how many items are accepted at the most
   * @param listable whether they can be gone through
   */
  boolean givesUp(int k, Surroundings around, int accepted, boolean listable) {
    int available = Math.min(accepted, items);
    boolean lists = listable && lists(effort(k), available);
    int elsewhere = around.taken() - around.takenInLeaves();
    double walked =
        around.openedLeaves() * opened()
            + around.takenInLeaves() * coded()
            + around.closedLeaves() * closed(lists)
            + elsewhere * scanned();
    return walked > (around.isFar() ? FAR_PATIENCE : PATIENCE) * scan(available);
  }

  /** Looking through a leaf for accepted items. */
  private double lookingThrough() {
    return READ * items / Math.max(1, leaves);
  }

  /** What a walk is expected to cost once it has begun. */
  private double walked(double effort, int available, boolean lists) {
    double scored = effort * Math.sqrt((double) available / items);
    double visited = visited(effort, available);
    double opening = visited * (opened() + coded() * items / Math.max(1, leaves));
    return isSparse(available)
        ? visited * closed(lists) + Math.min(scored * scanned(), opening)
        : opening;
  }

  /** Taking a leaf without opening it. */
  private double closed(boolean lists) {
    return LISTED_LEAF + (lists ? 0 : lookingThrough());
  }

  /** Whether most leaves hold so few accepted items that it is cheaper not to open them. */
  boolean isSparse(int accepted) {
    return codes && accepted <= SPARSE * items;
  }

  /**
   * Whether opening a leaf is cheaper than scoring its accepted items by their codes by ordinal.
   */
  boolean opens(int accepted, int leafItems) {
    return accepted * scanned() > opened() + leafItems * coded();
  }

  /** Opening a leaf. */
  private double opened() {
    return LEAF + LEAF_COORDINATE * dimension;
  }

  /** Scoring a code of an open leaf. */
  private double coded() {
    return CODE + CODE_COORDINATE * dimension;
  }

  private double scanned() {
    return SCANNED + SCANNED_COORDINATE * dimension;
  }

  /** Whether scoring so many items by their codes first is cheaper than scoring them exactly. */
  boolean scansCodes(int count) {
    return codes && codeScan(count) < exact(count);
  }

  private double scan(int count) {
    return scansCodes(count) ? codeScan(count) : exact(count);
  }

  private double codeScan(int count) {
    return CODE_SCAN + count * scanned();
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
  double firstEffort(int k) {
    return calibration == null ? effort(k, FIRST, LEAST_EFFORT) : measuredEffort(k);
  }

  /** The same where it is known what searches miss. */
  double measuredEffort(int k) {
    return effort(k, MEASURED_FIRST, LEAST_MEASURED_EFFORT);
  }

  private double effort(int k, double first, double least) {
    double effort = first * Math.sqrt(items) * Math.pow(Math.max(1, k / 10.0), 0.35);
    return Math.max(least, Math.max(effort, 10.0 * k));
  }

  /** What a walk is expected to spend. */
  private double effort(int k) {
    double first = firstEffort(k);
    return calibration == null
        ? first
        : Math.max(first, calibration.effort(k, SearchOptions.DEFAULT_RECALL));
  }
}
