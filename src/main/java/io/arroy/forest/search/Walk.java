package io.arroy.forest.search;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeKernels;
import io.arroy.forest.quantize.QueryCode;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One search through a forest: ranks the groups of all trees, opens the nearest and ranks their
 * leaves, scores the codes of the nearest leaves until the budget is spent. Belongs to one thread.
 */
final class Walk {
  private static final int CHUNK = 64;

  /** Slots estimated together where only some are wanted: as many as the widest kernel takes. */
  private static final int STEP = 16;

  /** Leaves are ranked until they hold this many times the items that may be scored. */
  private static final int REACH = 32;

  /** Groups whose leaves are ranked at the least. */
  private static final int LEAST_GROUPS = 8;

  private final StoredTree[] trees;
  private final StoredTree.Cursor[] cursors;
  private final Nearness nearness;
  private final int items;
  private final float[] point;
  private final QueryCode code;
  private final Acceptance accepted;
  private final HitCollector collector;
  private final Candidates candidates;
  private final OrdinalSet seen;
  private final float[] estimates = new float[CHUNK];
  private final float[][] groupDots;
  private final RankQueue groups;
  private final RankQueue leaves;
  private final int[] ordinals = new int[CHUNK];
  private final int[] slotsPicked = new int[CHUNK];
  private int taken;

  /** Items of the ranked leaves, but for those that turned out to hold none accepted. */
  private long ranked;

  /** Leaves are ranked until they hold so many items. */
  private long reach;

  Walk(
      StoredTree[] trees,
      Nearness nearness,
      int items,
      float[] point,
      QueryCode code,
      Acceptance accepted,
      HitCollector collector,
      Candidates candidates) {
    this.trees = trees;
    this.nearness = nearness;
    this.items = items;
    this.point = point;
    this.code = code;
    this.accepted = accepted;
    this.collector = collector;
    this.candidates = candidates;
    this.seen = trees.length > 1 ? new OrdinalSet(1024) : null;
    this.cursors = new StoredTree.Cursor[trees.length];
    this.groupDots = new float[trees.length][];
    int groupCount = 0;
    for (int tree = 0; tree < trees.length; tree++) {
      cursors[tree] = trees[tree].cursor();
      groupCount += trees[tree].table().groups();
    }
    this.groups = new RankQueue(groupCount);
    this.leaves = new RankQueue(256);
  }

  /**
   * Scores accepted items until {@code budget} of them are scored and {@code wanted} are found, or
   * none is left, or the collector stops it.
   */
  void run(int wanted, int budget) throws IOException {
    rankGroups();
    reach = (long) (REACH * Math.max(wanted, budget) / accepted.share());
    int opened = 0;
    while (taken < Math.max(wanted, budget) && !collector.stopped()) {
      while (!groups.isEmpty() && (opened < LEAST_GROUPS || ranked < reach || leaves.isEmpty())) {
        ranked += open(groups.take());
        opened++;
      }
      if (leaves.isEmpty()) {
        return;
      }
      visit(leaves.take());
      if (leaves.isEmpty() || taken / accepted.share() >= ranked / 2.0) {
        reach = Math.max(reach, 2 * ranked);
      }
    }
  }

  private void rankGroups() {
    int first = 0;
    for (int tree = 0; tree < trees.length; tree++) {
      StoredTree stored = trees[tree];
      groupDots[tree] = new float[stored.table().groups()];
      stored.groupDots(point, groupDots[tree]);
      for (int group = 0; group < groupDots[tree].length; group++) {
        if (accepted.lacksGroup(tree, group)) {
          continue;
        }
        float rank = nearness.of(groupDots[tree][group], stored.groupHalfNorm(group));
        groups.add(first + group, rank);
      }
      first += groupDots[tree].length;
    }
  }

  /** Ranks the leaves of a group; how many items they hold. */
  private int open(int number) throws IOException {
    int group = number;
    int firstLeaf = 0;
    int tree = 0;
    while (group >= trees[tree].table().groups()) {
      group -= trees[tree].table().groups();
      firstLeaf += trees[tree++].table().leaves();
    }
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
          continue;
        }
        float rank = estimates[slot - from] * run.getAtIndex(Layouts.FLOAT, slot);
        leaves.add(
            2 * (firstLeaf + start + slot), Float.isNaN(rank) ? Float.NEGATIVE_INFINITY : rank);
      }
    }
    int held = table.itemStarts()[start + count] - table.itemStarts()[start];
    return accepted.groupItems(tree, group, held);
  }

  /**
   * Takes a leaf whose turn it is. Codes of centroids only estimate: a leaf comes first by its
   * estimate, is put back by its centroid, and is scored when it comes again.
   */
  private void visit(int entry) throws IOException {
    int leaf = entry >>> 1;
    int tree = 0;
    while (leaf >= trees[tree].table().leaves()) {
      leaf -= trees[tree++].table().leaves();
    }
    if ((entry & 1) == 0 && accepted.counts() == null && accepted.bits() != null) {
      if (!holdsAccepted(tree, leaf)) {
        ranked -= trees[tree].table().leafItems(leaf);
        return;
      }
    }
    MemorySegment centroid = cursors[tree].centroid(leaf);
    float base = FloatKernels.BEST.dot(point, centroid, 0);
    if ((entry & 1) == 0) {
      float halfNorm = FloatKernels.BEST.squaredNorm(centroid, 0, point.length) / 2;
      leaves.add(entry | 1, nearness.of(base, halfNorm));
    } else {
      score(tree, leaf, base);
    }
  }

  private boolean holdsAccepted(int tree, int leaf) throws IOException {
    MemorySegment run = cursors[tree].leaf(leaf);
    int count = trees[tree].table().leafItems(leaf);
    for (int slot = 0; slot < count; slot++) {
      if (accepted.accepts(ordinal(run, slot))) {
        return true;
      }
    }
    return false;
  }

  private int ordinal(MemorySegment run, int slot) throws IOException {
    int ordinal = run.getAtIndex(Layouts.INT, slot);
    if (ordinal < 0 || ordinal >= items) {
      throw new CorruptEnvironmentException(
          "a leaf holds ordinal " + ordinal + " of " + items + " items");
    }
    return ordinal;
  }

  /** Scores the codes of a leaf's accepted items. */
  private void score(int tree, int leaf, float base) throws IOException {
    MemorySegment run = cursors[tree].leaf(leaf);
    int slots = trees[tree].table().leafSlots(leaf);
    int count = trees[tree].table().leafItems(leaf);
    boolean all = accepted.bits() == null && seen == null;
    int step = all ? CHUNK : STEP;
    for (int from = 0; from < count && !collector.stopped(); from += step) {
      int to = Math.min(slots, from + step);
      int end = Math.min(count, to);
      int scored = all ? end - from : pick(run, from, end);
      if (scored > 0) {
        CodeKernels.BEST.estimate(code, base, run, slots, from, to, estimates);
        keep(run, from, all ? -1 : scored, end);
        taken += scored;
        collector.scored(scored);
      }
    }
  }

  /** Notes which slots hold an item that may be found and has not been met; how many. */
  private int pick(MemorySegment run, int from, int to) throws IOException {
    int picked = 0;
    for (int slot = from; slot < to; slot++) {
      int ordinal = ordinal(run, slot);
      if (accepted.accepts(ordinal) && (seen == null || seen.add(ordinal))) {
        ordinals[picked] = ordinal;
        slotsPicked[picked++] = slot - from;
      }
    }
    return picked;
  }

  /** Keeps the best of what was estimated: of all slots, or of so many picked ones. */
  private void keep(MemorySegment run, int from, int picked, int to) throws IOException {
    if (picked < 0) {
      for (int slot = from; slot < to; slot++) {
        if (!(estimates[slot - from] <= candidates.threshold())) {
          candidates.add(ordinal(run, slot), estimates[slot - from]);
        }
      }
      return;
    }
    for (int i = 0; i < picked; i++) {
      float estimate = estimates[slotsPicked[i]];
      if (!(estimate <= candidates.threshold())) {
        candidates.add(ordinals[i], estimate);
      }
    }
  }
}
