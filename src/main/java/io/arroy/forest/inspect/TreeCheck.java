package io.arroy.forest.inspect;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Numbers;
import io.arroy.forest.tree.Points;
import io.arroy.forest.tree.StoredLeaves;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.apache.lucene.util.FixedBitSet;

/**
 * Checks a tree: every item lies in one leaf, and LEAF_OF says which, and says so of no free slot;
 * centroids are finite; every code is what its point and centroid make.
 */
final class TreeCheck {
  private final BlockSource source;
  private final ItemsHeader items;
  private final int index;
  private final int tree;
  private final int dimension;
  private final StoredLeaves stored;
  private final TreeTable table;

  /** The ordinals that have an item, or null for all. */
  private final FixedBitSet occupied;

  /** The leaf of each ordinal, -1 until one is found. */
  private final int[] leafOf;

  TreeCheck(BlockSource source, ItemsHeader items, int tree) throws IOException {
    this.source = source;
    this.items = items;
    this.index = items.description().index();
    this.tree = tree;
    this.dimension = Points.dimension(items.description());
    this.stored = StoredLeaves.open(source, items, tree);
    this.table = stored.table();
    this.occupied = Ids.open(source, items).occupied();
    this.leafOf = new int[items.layout().slots()];
    Arrays.fill(leafOf, -1);
  }

  void run() throws IOException {
    checkGroups();
    checkLeaves();
    checkLeafOf();
  }

  private void checkGroups() throws IOException {
    float[] centroids = stored.groupCentroids();
    for (int i = 0; i < centroids.length; i++) {
      if (!Float.isFinite(centroids[i])) {
        throw corrupt(
            "the centroid of group "
                + i / dimension
                + " holds "
                + centroids[i]
                + " at "
                + i % dimension);
      }
    }
  }

  private void checkLeaves() throws IOException {
    StoredLeaves.Cursor leaves = stored.cursor();
    Points.Reader points = Points.open(source, items).reader();
    CodesCheck codes = new CodesCheck(items.description());
    float[] centroid = new float[dimension];
    float[] point = new float[dimension];
    for (int group = 0; group < table.groups(); group++) {
      MemorySegment groupRun = groupRun(group);
      int first = table.groupStarts()[group];
      for (int leaf = first; leaf < table.groupStarts()[group + 1]; leaf++) {
        leaves.centroid(leaf, centroid, 0);
        codes.centroid(stored.groupCentroids(), group * dimension);
        codes.checkCentroid(groupRun, table.groupSlots(group), leaf - first, centroid, name(leaf));
        MemorySegment run = leaves.run(leaf);
        int slots = table.leafSlots(leaf);
        codes.centroid(centroid, 0);
        for (int slot = 0; slot < table.leafItems(leaf); slot++) {
          int ordinal = leaves.ordinal(run, slot);
          place(ordinal, leaf);
          points.load(ordinal, point, 0);
          codes.checkItem(run, slots, slot, point, ordinal, name(leaf));
        }
        for (int slot = table.leafItems(leaf); slot < slots; slot++) {
          int padding = run.get(Layouts.INT, 4L * slot);
          if (padding != -1) {
            throw corrupt("leaf " + leaf + " holds ordinal " + padding + " in its padding");
          }
        }
      }
    }
  }

  private MemorySegment groupRun(int group) throws IOException {
    BlockKey key = new BlockKey(BlockKind.NODES, index, tree, TreeTable.GROUP_CODES);
    int[] starts = table.groupSlotStarts();
    return source
        .get(key, (long) starts[table.groups()] * stored.slotBytes())
        .cursor()
        .read(
            (long) starts[group] * stored.slotBytes(),
            table.groupSlots(group) * stored.slotBytes());
  }

  private void place(int ordinal, int leaf) throws CorruptEnvironmentException {
    if (occupied != null && !occupied.get(ordinal)) {
      throw corrupt("leaf " + leaf + " holds ordinal " + ordinal + ", which has no item");
    }
    if (leafOf[ordinal] != -1) {
      throw corrupt(
          "leaf "
              + leaf
              + " holds ordinal "
              + ordinal
              + ", which leaf "
              + leafOf[ordinal]
              + " holds");
    }
    leafOf[ordinal] = leaf;
  }

  private void checkLeafOf() throws IOException {
    BlockKey first = new BlockKey(BlockKind.LEAF_OF, index, tree, 0);
    int shift = items.layout().numberShift();
    Numbers.Cursor numbers = Numbers.open(source, first, leafOf.length, shift).cursor();
    for (int ordinal = 0; ordinal < leafOf.length; ordinal++) {
      int leaf = numbers.get(ordinal);
      if (leaf != leafOf[ordinal]) {
        throw corrupt(
            BlockKind.LEAF_OF
                + " says that ordinal "
                + ordinal
                + " is in leaf "
                + leaf
                + ", it is in leaf "
                + leafOf[ordinal]);
      }
    }
  }

  private String name(int leaf) {
    return "index " + index + ", tree " + tree + ", leaf " + leaf;
  }

  private CorruptEnvironmentException corrupt(String what) {
    return new CorruptEnvironmentException("index " + index + ", tree " + tree + ": " + what);
  }
}
