package io.arroy.forest.search;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeKernels;
import io.arroy.forest.quantize.QueryCode;
import io.arroy.forest.tree.Points;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One search through a forest: ranks the groups of all trees, opens the nearest and ranks their
 * leaves, scores the codes of the nearest leaves until the budget is spent. Belongs to one thread.
 */
final class Walk {
  private static final int CHUNK = 64;

  /** Leaves are ranked until they hold this many times the items that may be scored. */
  static final int REACH = 24;

  /** A budget that was too small grows by this factor. */
  private static final double GROWTH = 1.3;

  /** Leaves whose centroids are read at once. */
  private static final int TOGETHER = 4;

  /** Groups whose leaves are ranked at the least. */
  private static final int LEAST_GROUPS = 8;

  private final StoredTree[] trees;
  private final StoredTree.Cursor[] cursors;

  /** Leaves of the trees before each, and at the end of all: leaves are numbered through. */
  private final int[] firstLeaves;

  /** Groups of the trees before each, and at the end of all. */
  private final int[] firstGroups;

  private final Nearness nearness;
  private final boolean euclidean;
  private final float[] point;
  private final QueryCode code;
  private final Acceptance accepted;
  private final HitCollector collector;
  private final Candidates candidates;
  private final LeafScorer scorer;
  private final SparseLeaves sparse;
  private final OrdinalSet seen;
  private final Surroundings around;
  private final float[] estimates = new float[CHUNK];
  private final float[][] groupDots;
  private final RankQueue groups;
  private final RankQueue leaves;
  private final MissedItems spread = new MissedItems();
  private final ExactLeaves exact = new ExactLeaves();
  private final int[] metLeaves = new int[TOGETHER];
  private final MemorySegment[] metCentroids = new MemorySegment[TOGETHER];
  private final float[] metRanks = new float[TOGETHER];
  private final float[] metMeasures = new float[TOGETHER];
  private final float[] metDots = new float[TOGETHER];

  /** Takes note of the way, or null. */
  private WalkTrace trace;

  private int met;
  private int opened;
  private boolean byEffort;

  /** Items of the ranked leaves, but for those looked at to be opened that held none accepted. */
  private long ranked;

  /** Leaves are ranked until they hold so many items. */
  private long reach;

  /**
   * Prepares a walk.
   *
   * @param sparse scores items of leaves without their codes there, or null
   */
  Walk(
      StoredTree[] trees,
      Nearness nearness,
      int slots,
      float[] point,
      QueryCode code,
      Acceptance accepted,
      HitCollector collector,
      Candidates candidates,
      SparseLeaves sparse) {
    this.trees = trees;
    this.nearness = nearness;
    this.euclidean = nearness == Nearness.EUCLIDEAN;
    this.point = point;
    this.code = code;
    this.accepted = accepted;
    this.collector = collector;
    this.candidates = candidates;
    this.sparse = sparse;
    this.around = new Surroundings(accepted.overall());
    this.seen = trees.length > 1 ? new OrdinalSet(1024) : null;
    this.scorer = new LeafScorer(slots, code, accepted, seen, candidates, collector);
    this.cursors = new StoredTree.Cursor[trees.length];
    this.groupDots = new float[trees.length][];
    this.firstLeaves = new int[trees.length + 1];
    this.firstGroups = new int[trees.length + 1];
    for (int tree = 0; tree < trees.length; tree++) {
      cursors[tree] = trees[tree].cursor();
      firstLeaves[tree + 1] = firstLeaves[tree] + trees[tree].table().leaves();
      firstGroups[tree + 1] = firstGroups[tree] + trees[tree].table().groups();
    }
    this.groups = new RankQueue(firstGroups[trees.length]);
    this.leaves = new RankQueue(256);
  }

  /**
   * Scores accepted items until {@code budget} of them are scored and {@code wanted} are found, or
   * none is left, or the collector stops it.
   */
  void run(int wanted, int budget) throws IOException {
    rankGroups();
    walk(wanted, budget);
  }

  /**
   * Scores until the effort is spent, and then on until few of the nearest are expected to be
   * missed. The effort spent is the geometric mean of the items in the leaves scored and of the
   * accepted ones among them: where a filter leaves little around the query, it looks further.
   *
   * @param allowance what may be missed
   * @param givesUp asked whether to leave it at that
   * @return whether enough was found, or nothing is left; false if it gave up
   */
  boolean runUntilFound(int wanted, double effort, Allowance allowance, Patience givesUp)
      throws IOException {
    byEffort = true;
    rankGroups();
    double most = effort;
    walk(wanted, most);
    while (!(leaves.isEmpty() && groups.isEmpty()) && !collector.stopped()) {
      double missed = missed(wanted) / wanted;
      around.check();
      if (missed <= allowance.share(around.rank(wanted), around.density())) {
        return true;
      }
      if (givesUp.isOver(missed, around)) {
        return false;
      }
      most = Math.max(most, spent()) * GROWTH;
      walk(wanted, most);
    }
    return true;
  }

  /** Takes note of the way that the walk takes. */
  void follow(WalkTrace taker) {
    trace = taker;
  }

  /** Items scored. */
  int scored() {
    return around.taken();
  }

  private double spent() {
    return byEffort ? around.effort() : around.taken();
  }

  private void walk(int wanted, double budget) throws IOException {
    double near = accepted.share();
    double expected = Math.max(wanted, byEffort ? budget * Math.sqrt(near) : budget);
    reach = Math.max(reach, (long) (REACH * expected / near));
    while ((spent() < budget || around.taken() < wanted) && !collector.stopped()) {
      while (!groups.isEmpty() && (opened < LEAST_GROUPS || ranked < reach || leaves.isEmpty())) {
        int group = groups.top();
        float rank = groups.rank(0);
        groups.take();
        ranked += open(group, rank);
        opened++;
      }
      if (leaves.isEmpty()) {
        break;
      }
      visit();
      if (leaves.isEmpty() || around.taken() / near >= ranked / 2.0) {
        reach = Math.max(reach, 2 * ranked);
      }
    }
    if (sparse != null) {
      scoreSparse();
    }
  }

  /** How many of the nearest are expected in what has not been scored. */
  private double missed(int wanted) {
    spread.bound(candidates.best(wanted));
    double missed = 0;
    for (int i = 0; i < leaves.size(); i++) {
      float share = spread.above(leaves.rank(i));
      if (share > 0) {
        int entry = leaves.number(i);
        int number = (entry & 1) == 0 ? entry >>> 1 : exact.leaf(entry >>> 1);
        int tree = tree(firstLeaves, number);
        int leaf = number - firstLeaves[tree];
        missed += share * accepted.leafItems(tree, leaf, trees[tree].table().leafItems(leaf));
      }
    }
    for (int i = 0; i < groups.size(); i++) {
      float share = spread.aboveInGroup(groups.rank(i));
      if (share > 0) {
        int number = groups.number(i);
        int tree = tree(firstGroups, number);
        int group = number - firstGroups[tree];
        missed += share * accepted.groupItems(tree, group, trees[tree].table().groupItems(group));
      }
    }
    // Where leaves do not tell what they hold, those around the query hold more than others.
    double denser = accepted.counts() == null ? Math.max(1, around.density()) : 1;
    // An item is in every tree, and missed only where it was in none of the leaves scored.
    return missed * denser / trees.length;
  }

  /** The tree of what is numbered through all trees, of which each has those from its first on. */
  private static int tree(int[] firsts, int number) {
    int tree = 0;
    while (number >= firsts[tree + 1]) {
      tree++;
    }
    return tree;
  }

  private void rankGroups() {
    for (int tree = 0; tree < trees.length; tree++) {
      StoredTree stored = trees[tree];
      groupDots[tree] = new float[stored.table().groups()];
      stored.groupDots(point, groupDots[tree]);
      for (int group = 0; group < groupDots[tree].length; group++) {
        if (accepted.lacksGroup(tree, group)) {
          continue;
        }
        float measure = Points.measure(euclidean, stored.groupSquaredNorm(group));
        float rank = nearness.of(groupDots[tree][group], measure);
        groups.add(firstGroups[tree] + group, rank);
      }
    }
  }

  /** Ranks the leaves of a group; how many items they hold. */
  private int open(int number, float groupRank) throws IOException {
    int tree = tree(firstGroups, number);
    int group = number - firstGroups[tree];
    TreeTable table = trees[tree].table();
    MemorySegment run = cursors[tree].group(group);
    float base = groupDots[tree][group];
    int slots = table.groupSlots(group);
    int start = table.groupStarts()[group];
    int count = table.groupStarts()[group + 1] - start;
    for (int from = 0; from < slots; from += CHUNK) {
      int to = Math.min(slots, from + CHUNK);
      CodeKernels.BEST.estimate(code, base, run, slots, from, to, estimates);
      for (int slot = from; slot < Math.min(count, to); slot++) {
        if (accepted.lacksLeaf(tree, start + slot)) {
          around.lacks(table.leafItems(start + slot));
          continue;
        }
        float measure = run.getAtIndex(Layouts.FLOAT, slot);
        float rank = nearness.ofEstimate(estimates[slot - from], measure);
        if (byEffort && rank > Float.NEGATIVE_INFINITY) {
          spread.addLeaf(rank - groupRank);
        }
        leaves.add(2 * (firstLeaves[tree] + start + slot), rank);
      }
    }
    int held = table.itemStarts()[start + count] - table.itemStarts()[start];
    around.ranks(held);
    return accepted.counts() == null ? held : (int) accepted.groupItems(tree, group, held);
  }

  /**
   * Takes the leaves whose turn it is. Codes of centroids only estimate: a leaf comes first by its
   * estimate, is put back by its centroid, and is scored when it comes again.
   */
  private void visit() throws IOException {
    int entry = leaves.top();
    if ((entry & 1) != 0) {
      float rank = leaves.rank(0);
      leaves.take();
      score(exact.leaf(entry >>> 1), exact.dot(entry >>> 1), rank);
      return;
    }
    while (met < TOGETHER && !leaves.isEmpty() && (leaves.top() & 1) == 0) {
      float rank = leaves.rank(0);
      int number = leaves.take() >>> 1;
      if (sparse == null || !gather(number, rank)) {
        meet(number, rank);
      } else if (sparse.isFull()) {
        scoreSparse();
        break;
      }
    }
    rankMet();
  }

  /** Notes the accepted items of a leaf to be scored without opening it, if they are few. */
  private boolean gather(int number, float rank) throws IOException {
    int tree = tree(firstLeaves, number);
    int leaf = number - firstLeaves[tree];
    int items = trees[tree].table().leafItems(leaf);
    LeafCounts counts = accepted.counts() == null ? null : accepted.counts()[tree];
    if (counts != null && sparse.isDense(counts.leaves()[leaf], items)) {
      return false;
    }
    float center = rank;
    if (!euclidean) {
      float measure = cursors[tree].measure(leaf);
      center = measure == 0 ? 0 : rank / measure;
    }
    if (counts != null && counts.ordinals() != null) {
      sparse.gather(counts, leaf, center);
    } else {
      int held = gather(cursors[tree].leaf(leaf), items, center);
      if (sparse.isDense(held, items)) {
        sparse.forget(held);
        return false;
      }
    }
    if (euclidean) {
      spread.scale(1, 1);
    } else {
      spread.scale(rank, center);
    }
    around.passed(items);
    return true;
  }

  private int gather(MemorySegment run, int items, float center) throws IOException {
    int held = 0;
    for (int slot = 0; slot < items; slot++) {
      int ordinal = scorer.ordinal(run, slot);
      if (accepted.accepts(ordinal)) {
        sparse.gather(ordinal, center);
        held++;
      }
    }
    return held;
  }

  private void scoreSparse() throws IOException {
    int accepted = sparse.size();
    if (seen != null) {
      sparse.leaveOut(seen);
    }
    int scored = sparse.score(candidates, spread);
    around.scored(accepted, scored);
    collector.scored(scored);
  }

  /** Notes a leaf to be ranked by its centroid, if it may hold an accepted item. */
  private void meet(int number, float rank) throws IOException {
    int tree = tree(firstLeaves, number);
    int leaf = number - firstLeaves[tree];
    boolean asks = accepted.counts() == null && accepted.bits() != null;
    int items = trees[tree].table().leafItems(leaf);
    if (asks && !scorer.holdsAccepted(cursors[tree].leaf(leaf), items)) {
      ranked -= items;
      around.passed(items);
      return;
    }
    metLeaves[met] = number;
    metRanks[met] = rank;
    metMeasures[met] = cursors[tree].measure(leaf);
    metCentroids[met++] = cursors[tree].centroid(leaf);
    if (trees[tree].copiesCentroids()) {
      rankMet();
    }
  }

  /** Puts the leaves noted back by their centroids. */
  private void rankMet() {
    MemorySegment[] all = metCentroids;
    if (met == TOGETHER) {
      FloatKernels.BEST.dots(point, all[0], all[1], all[2], all[3], metDots, 0);
    } else {
      for (int i = 0; i < met; i++) {
        metDots[i] = FloatKernels.BEST.dot(point, all[i], 0);
      }
    }
    for (int i = 0; i < met; i++) {
      float rank = nearness.of(metDots[i], metMeasures[i]);
      leaves.add(2 * exact.add(metLeaves[i], metDots[i]) + 1, rank);
      spread.addRank(rank - metRanks[i]);
    }
    met = 0;
  }

  /** Scores the codes of a leaf's accepted items. */
  private void score(int number, float base, float rank) throws IOException {
    int tree = tree(firstLeaves, number);
    int leaf = number - firstLeaves[tree];
    float center = base;
    if (euclidean) {
      center = rank;
      spread.scale(1, 1);
    } else {
      spread.scale(rank, base);
    }
    TreeTable table = trees[tree].table();
    int items = table.leafItems(leaf);
    int scored =
        scorer.score(
            cursors[tree].leaf(leaf),
            table.leafSlots(leaf),
            items,
            base,
            center,
            byEffort ? spread : null);
    around.opened(items, scorer.accepted(), scored);
    if (trace != null) {
      trace.leaf(number, around.taken());
    }
  }
}
