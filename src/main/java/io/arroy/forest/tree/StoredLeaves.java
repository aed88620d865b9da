package io.arroy.forest.tree;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemsHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The leaves of a stored tree, for taking them over and for looking at them. Safe for many threads;
 * a cursor for one.
 */
public final class StoredLeaves {
  private final TreeTable table;
  private final int slots;
  private final int dimension;
  private final int slotBytes;
  private final Block[] leaves;
  private final Block[] centroids;
  private final float[] groupCentroids;

  /** Byte of each leaf's run in its block. */
  private final int[] runStarts;

  private StoredLeaves(TreeTable table, int slots, int dimension, int slotBytes, Block groups)
      throws IOException {
    this.table = table;
    this.slots = slots;
    this.dimension = dimension;
    this.slotBytes = slotBytes;
    this.leaves = new Block[table.blocks()];
    this.centroids = new Block[table.blocks()];
    this.runStarts = new int[table.leaves()];
    this.groupCentroids = new float[table.groups() * dimension];
    MemorySegment bytes = groups.cursor().read(0, (int) groups.length());
    MemorySegment.copy(bytes, Layouts.FLOAT, 0, groupCentroids, 0, groupCentroids.length);
  }

  /**
   * Opens a tree of an index.
   *
   * @throws CorruptEnvironmentException if a part is missing or contradicts another
   */
  public static StoredLeaves open(BlockSource source, ItemsHeader items, int tree)
      throws IOException {
    int index = items.description().index();
    int dimension = Points.dimension(items.description());
    int slotBytes = CodeLayout.slotBytes(new Rotation(dimension).dimension());
    TreeTable table = TreeTable.read(source, index, tree, items.count());
    BlockKey groupKey = new BlockKey(BlockKind.NODES, index, tree, TreeTable.GROUP_CENTROIDS);
    Block groups = source.get(groupKey, 4L * table.groups() * dimension);
    StoredLeaves stored =
        new StoredLeaves(table, items.layout().slots(), dimension, slotBytes, groups);
    for (int block = 0; block < table.blocks(); block++) {
      long bytes = 0;
      for (int leaf = table.blockStarts()[block]; leaf < table.blockStarts()[block + 1]; leaf++) {
        stored.runStarts[leaf] = (int) bytes;
        bytes += (long) table.leafSlots(leaf) * slotBytes;
      }
      stored.leaves[block] =
          source.get(new BlockKey(BlockKind.LEAVES, index, tree, table.blockNumber(block)), bytes);
      long centroidBytes = 4L * table.blockLeaves(block) * dimension;
      stored.centroids[block] =
          source.get(
              new BlockKey(BlockKind.CENTROIDS, index, tree, table.blockNumber(block)),
              centroidBytes);
    }
    return stored;
  }

  /** Where its leaves and groups lie. */
  public TreeTable table() {
    return table;
  }

  /** Bytes of a code. */
  public int slotBytes() {
    return slotBytes;
  }

  /** The centroids of the groups, one point after another. */
  public float[] groupCentroids() {
    return groupCentroids;
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads leaves; cheapest in order. */
  public final class Cursor {
    private final Block.Cursor[] leafCursors = new Block.Cursor[leaves.length];
    private final Block.Cursor[] centroidCursors = new Block.Cursor[leaves.length];
    private int block;

    private Cursor() {}

    /** The codes of a leaf, as {@link CodeLayout} says; valid until the next call. */
    public MemorySegment run(int leaf) throws IOException {
      seek(leaf);
      if (leafCursors[block] == null) {
        leafCursors[block] = leaves[block].cursor();
      }
      return leafCursors[block].read(runStarts[leaf], table.leafSlots(leaf) * slotBytes);
    }

    /** The ordinal in a slot of a leaf's run. */
    public int ordinal(MemorySegment run, int slot) throws IOException {
      int ordinal = run.get(Layouts.INT, 4L * slot);
      if (ordinal < 0 || ordinal >= slots) {
        throw new CorruptEnvironmentException("a leaf holds ordinal " + ordinal + " of " + slots);
      }
      return ordinal;
    }

    /**
     * Writes the new ordinals of a leaf's items that are still there to {@code into[at..]}.
     *
     * @param ordinals the new ordinal of each item, -1 for those that are gone
     * @return how many are still there
     */
    int items(int leaf, int[] ordinals, int[] into, int at) throws IOException {
      MemorySegment run = run(leaf);
      int count = 0;
      for (int slot = 0; slot < table.leafItems(leaf); slot++) {
        int ordinal = ordinals[ordinal(run, slot)];
        if (ordinal >= 0) {
          into[at + count++] = ordinal;
        }
      }
      return count;
    }

    /** Whether all items of a leaf keep their ordinals. */
    boolean allStay(int leaf, int[] ordinals) throws IOException {
      MemorySegment run = run(leaf);
      for (int slot = 0; slot < table.leafItems(leaf); slot++) {
        int ordinal = ordinal(run, slot);
        if (ordinals[ordinal] != ordinal) {
          return false;
        }
      }
      return true;
    }

    /**
     * Copies the centroid of a leaf to {@code into[at..]}.
     *
     * @throws CorruptEnvironmentException if it is not finite: it would spread to others
     */
    public void centroid(int leaf, float[] into, int at) throws IOException {
      seek(leaf);
      if (centroidCursors[block] == null) {
        centroidCursors[block] = centroids[block].cursor();
      }
      long offset = 4L * (leaf - table.blockStarts()[block]) * dimension;
      MemorySegment stored = centroidCursors[block].read(offset, 4 * dimension);
      MemorySegment.copy(stored, Layouts.FLOAT, 0, into, at, dimension);
      for (int i = 0; i < dimension; i++) {
        if (!Float.isFinite(into[at + i])) {
          throw new CorruptEnvironmentException(
              "the centroid of leaf " + leaf + " holds " + into[at + i] + " at " + i);
        }
      }
    }

    private void seek(int leaf) {
      while (leaf < table.blockStarts()[block]) {
        block--;
      }
      while (leaf >= table.blockStarts()[block + 1]) {
        block++;
      }
    }
  }
}
