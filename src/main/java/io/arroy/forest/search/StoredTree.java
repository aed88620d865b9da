package io.arroy.forest.search;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CopyBuffer;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.Numbers;
import io.arroy.forest.tree.Points;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** One stored tree, opened for searching. Safe for use by many threads; a cursor belongs to one. */
final class StoredTree {
  private final TreeTable table;
  private final Block[] leaves;
  private final Block[] centroids;
  private final boolean copiesCentroids;
  private final int[] blockOf;
  private final int[] slotInBlock;
  private final int slotBytes;
  private final int dimension;
  private final Block groupCodes;
  private final int[] groupSlotStarts;
  private final float[] groupCentroids;
  private final float[] groupSquaredNorms;
  private final Numbers leafOf;
  private final int slots;

  /** The least leaf of an ordinal: -1 where some have no item, which stands for none. */
  private final int leastLeaf;

  private StoredTree(BlockSource source, int index, int tree, TreeTable table, Shape shape)
      throws IOException {
    this.table = table;
    this.slotBytes = shape.slotBytes();
    this.dimension = shape.dimension();
    this.blockOf = new int[table.leaves()];
    this.slotInBlock = new int[table.leaves()];
    this.leaves = new Block[table.blocks()];
    this.centroids = new Block[table.blocks()];
    for (int block = 0; block < leaves.length; block++) {
      int slots = 0;
      for (int leaf = table.blockStarts()[block]; leaf < table.blockStarts()[block + 1]; leaf++) {
        blockOf[leaf] = block;
        slotInBlock[leaf] = slots;
        slots += table.leafSlots(leaf);
      }
      leaves[block] =
          source.get(
              new BlockKey(BlockKind.LEAVES, index, tree, table.blockNumber(block)),
              (long) slots * slotBytes);
      centroids[block] =
          source.get(
              new BlockKey(BlockKind.CENTROIDS, index, tree, table.blockNumber(block)),
              4L * table.blockLeaves(block) * dimension);
    }
    copiesCentroids = Arrays.stream(centroids).anyMatch(Block::copies);
    slots = shape.layout().slots();
    leastLeaf = slots == shape.items() ? 0 : -1;
    BlockKey first = new BlockKey(BlockKind.LEAF_OF, index, tree, 0);
    leafOf = Numbers.open(source, first, slots, shape.layout().numberShift());
    groupSlotStarts = table.groupSlotStarts();
    groupCodes =
        source.get(
            new BlockKey(BlockKind.NODES, index, tree, TreeTable.GROUP_CODES),
            (long) groupSlotStarts[table.groups()] * slotBytes);
    Block groups =
        source.get(
            new BlockKey(BlockKind.NODES, index, tree, TreeTable.GROUP_CENTROIDS),
            4L * table.groups() * dimension);
    groupCentroids = new float[table.groups() * dimension];
    MemorySegment.copy(
        groups.cursor().read(0, (int) groups.length()),
        Layouts.FLOAT,
        0,
        groupCentroids,
        0,
        groupCentroids.length);
    groupSquaredNorms = new float[table.groups()];
    for (int group = 0; group < groupSquaredNorms.length; group++) {
      int at = group * dimension;
      groupSquaredNorms[group] =
          FloatKernels.BEST.dot(groupCentroids, at, groupCentroids, at, dimension);
    }
  }

  /**
   * What the stored bytes of a tree depend on beside its table.
   *
   * @param items number of items
   * @param layout where they lie
   * @param dimension coordinates of a point
   * @param slotBytes bytes of a leaf's slot
   */
  record Shape(int items, ItemLayout layout, int dimension, int slotBytes) {}

  static StoredTree open(BlockSource source, int index, int tree, Shape shape) throws IOException {
    TreeTable table = TreeTable.read(source, index, tree, shape.items());
    return new StoredTree(source, index, tree, table, shape);
  }

  TreeTable table() {
    return table;
  }

  /** The dot products of the query and the groups' centroids. */
  void groupDots(float[] query, float[] out) {
    for (int group = 0; group < table.groups(); group++) {
      out[group] = FloatKernels.BEST.dot(query, 0, groupCentroids, group * dimension, dimension);
    }
  }

  /** The squared length of a group's centroid. */
  float groupSquaredNorm(int group) {
    return groupSquaredNorms[group];
  }

  /** A new reader of the leaves that ordinals are in, for one thread at a time. */
  LeafOf leafOf() {
    return new LeafOf();
  }

  /** Reads the leaves that ordinals are in: cheapest in ascending order. */
  final class LeafOf {
    /** Ordinals whose leaves are read at once. */
    private static final int RUN = 4096;

    private final Numbers.Cursor cursor = leafOf.cursor();
    private MemorySegment run = MemorySegment.NULL;
    private int first;
    private int end;

    private LeafOf() {}

    /** The leaf that holds an item, or -1 if the ordinal has none. */
    int get(int ordinal) throws IOException {
      if (ordinal < first || ordinal >= end) {
        read(ordinal);
      }
      int leaf = run.getAtIndex(Layouts.INT, ordinal - first);
      if (leaf < leastLeaf || leaf >= table.leaves()) {
        throw new CorruptEnvironmentException(
            "item " + ordinal + " is in leaf " + leaf + " of " + table.leaves());
      }
      return leaf;
    }

    private void read(int ordinal) throws IOException {
      first = ordinal / RUN * RUN;
      end = Math.min(slots, first + RUN);
      run = cursor.run(first, end - first);
    }
  }

  /** Whether reading a centroid overwrites what a cursor gave before. */
  boolean copiesCentroids() {
    return copiesCentroids;
  }

  /** A new reader of leaves and centroids, for one thread at a time. */
  Cursor cursor() {
    return new Cursor();
  }

  /** Reads leaves and their centroids. What it returns is valid until the next like call. */
  final class Cursor {
    private final Block.Cursor[] leafCursors = new Block.Cursor[leaves.length];
    private final Block.Cursor[] centroidCursors = new Block.Cursor[leaves.length];
    private final CopyBuffer leafCopy = new CopyBuffer();
    private final CopyBuffer centroidCopy = new CopyBuffer();

    private Block.Cursor groupCursor;

    private Cursor() {}

    /** The codes of a group's leaf centroids; the first column holds their measures. */
    MemorySegment group(int group) throws IOException {
      if (groupCursor == null) {
        groupCursor = groupCodes.cursor(new CopyBuffer());
      }
      return groupCursor.read(
          (long) groupSlotStarts[group] * slotBytes, table.groupSlots(group) * slotBytes);
    }

    /** The measure of a leaf's centroid, see {@link Points#measure}. */
    float measure(int leaf) throws IOException {
      int group = table.groupOf(leaf);
      return group(group).getAtIndex(Layouts.FLOAT, leaf - table.groupStarts()[group]);
    }

    /** The centroid of a leaf: the floats of one point. */
    MemorySegment centroid(int leaf) throws IOException {
      int block = blockOf[leaf];
      if (centroidCursors[block] == null) {
        centroidCursors[block] = centroids[block].cursor(centroidCopy);
      }
      long offset = 4L * (leaf - table.blockStarts()[block]) * dimension;
      return centroidCursors[block].read(offset, 4 * dimension);
    }

    /** The codes of a leaf, as {@link CodeLayout} says. */
    MemorySegment leaf(int leaf) throws IOException {
      int block = blockOf[leaf];
      if (leafCursors[block] == null) {
        leafCursors[block] = leaves[block].cursor(leafCopy);
      }
      return leafCursors[block].read(
          (long) slotInBlock[leaf] * slotBytes, table.leafSlots(leaf) * slotBytes);
    }
  }
}
