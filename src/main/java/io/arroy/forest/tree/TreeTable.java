package io.arroy.forest.tree;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Where the leaves and groups of a stored tree lie: block {@code NODES} of the tree.
 *
 * <p>Three int32 counts (leaves, groups, blocks), then for each of them its starts and one past the
 * last: items before each leaf, leaves before each group, leaves before each block. The blocks of
 * LEAVES and of CENTROIDS hold the same leaves under the same numbers.
 *
 * @param itemStarts items before each leaf, and at the end all items
 * @param groupStarts leaves before each group, and at the end all leaves
 * @param blockStarts leaves before each block, and at the end all leaves
 */
public record TreeTable(int[] itemStarts, int[] groupStarts, int[] blockStarts) {
  /** The most bytes of a block, unless one leaf alone is longer. */
  private static final int BLOCK_BYTES = BlockSink.PREFERRED_BLOCK_BYTES;

  /**
   * The table of a built tree.
   *
   * @param slotBytes bytes of one slot of a leaf
   * @param centroidBytes bytes of one leaf's centroid
   */
  static TreeTable of(Tree tree, int slotBytes, int centroidBytes) {
    int[] itemStarts = Arrays.copyOf(tree.leafStarts(), tree.leaves() + 1);
    itemStarts[tree.leaves()] = tree.items().length;
    int[] groupStarts = Arrays.copyOf(tree.groupStarts(), tree.groups() + 1);
    groupStarts[tree.groups()] = tree.leaves();
    int[] blockStarts = new int[16];
    int blocks = 0;
    long leafBytes = 0;
    for (int leaf = 0; leaf < tree.leaves(); leaf++) {
      long bytes = (long) CodeLayout.slots(itemStarts[leaf + 1] - itemStarts[leaf]) * slotBytes;
      leafBytes += bytes;
      long centroids = blocks == 0 ? 0 : (leaf + 1L - blockStarts[blocks - 1]) * centroidBytes;
      if (blocks == 0 || Math.max(leafBytes, centroids) > BLOCK_BYTES) {
        if (blocks + 1 == blockStarts.length) {
          blockStarts = Arrays.copyOf(blockStarts, blocks * 2);
        }
        blockStarts[blocks++] = leaf;
        leafBytes = bytes;
      }
    }
    blockStarts[blocks] = tree.leaves();
    return new TreeTable(itemStarts, groupStarts, Arrays.copyOf(blockStarts, blocks + 1));
  }

  /** Number of leaves. */
  public int leaves() {
    return itemStarts.length - 1;
  }

  /** Number of groups. */
  public int groups() {
    return groupStarts.length - 1;
  }

  /** Number of blocks of leaves, and of centroids. */
  public int blocks() {
    return blockStarts.length - 1;
  }

  /** Items of a leaf. */
  public int leafItems(int leaf) {
    return itemStarts[leaf + 1] - itemStarts[leaf];
  }

  /** Items of a group. */
  public int groupItems(int group) {
    return itemStarts[groupStarts[group + 1]] - itemStarts[groupStarts[group]];
  }

  /** The group of a leaf. */
  public int groupOf(int leaf) {
    int at = Arrays.binarySearch(groupStarts, leaf);
    return at >= 0 ? at : -at - 2;
  }

  /** Slots of a group: its leaves and padding. */
  public int groupSlots(int group) {
    return CodeLayout.slots(groupStarts[group + 1] - groupStarts[group]);
  }

  /** Slots before each group, and at the end of all. */
  public int[] groupSlotStarts() {
    int[] starts = new int[groups() + 1];
    for (int group = 0; group < groups(); group++) {
      starts[group + 1] = starts[group] + groupSlots(group);
    }
    return starts;
  }

  /** Slots of a leaf: its items and padding. */
  public int leafSlots(int leaf) {
    return CodeLayout.slots(leafItems(leaf));
  }

  /** Leaves of a block. */
  public int blockLeaves(int block) {
    return blockStarts[block + 1] - blockStarts[block];
  }

  /** Writes this table. */
  void write(BlockKey key, BlockSink sink) throws IOException {
    int ints = 3 + itemStarts.length + groupStarts.length + blockStarts.length;
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * ints]);
    bytes.setAtIndex(Layouts.INT, 0, leaves());
    bytes.setAtIndex(Layouts.INT, 1, groups());
    bytes.setAtIndex(Layouts.INT, 2, blocks());
    long at = 12;
    for (int[] starts : new int[][] {itemStarts, groupStarts, blockStarts}) {
      MemorySegment.copy(starts, 0, bytes, Layouts.INT, at, starts.length);
      at += 4L * starts.length;
    }
    sink.put(key, bytes);
  }

  /**
   * Reads the table of a tree.
   *
   * @param items number of items it must cover
   * @throws CorruptEnvironmentException if it is missing or does not cover them in order
   */
  public static TreeTable read(BlockSource source, int index, int tree, int items)
      throws IOException {
    BlockKey key = new BlockKey(BlockKind.NODES, index, tree, 0);
    Block block = source.get(key);
    Block.Cursor cursor = block.cursor();
    if (block.length() < 12) {
      throw new CorruptEnvironmentException(key + " is " + block.length() + " bytes long");
    }
    MemorySegment counts = cursor.read(0, 12);
    long leaves = counts.getAtIndex(Layouts.INT, 0);
    long groups = counts.getAtIndex(Layouts.INT, 1);
    long blocks = counts.getAtIndex(Layouts.INT, 2);
    boolean fit = leaves >= 0 && leaves <= items && groups >= 0 && groups <= leaves && blocks >= 0;
    if (!fit || block.length() != 4 * (6 + leaves + groups + blocks)) {
      throw new CorruptEnvironmentException(
          key
              + " of "
              + block.length()
              + " bytes holds "
              + leaves
              + " leaves, "
              + groups
              + " groups, "
              + blocks
              + " blocks of "
              + items
              + " items");
    }
    int[] itemStarts = starts(key, cursor, 12, (int) leaves, items);
    int[] groupStarts = starts(key, cursor, 16 + 4 * leaves, (int) groups, (int) leaves);
    int[] blockStarts = starts(key, cursor, 20 + 4 * (leaves + groups), (int) blocks, (int) leaves);
    return new TreeTable(itemStarts, groupStarts, blockStarts);
  }

  private static int[] starts(BlockKey key, Block.Cursor cursor, long offset, int count, int end)
      throws IOException {
    int[] starts = new int[count + 1];
    MemorySegment.copy(cursor.read(offset, 4 * (count + 1)), Layouts.INT, 0, starts, 0, count + 1);
    boolean ordered = starts[0] == 0 && starts[count] == end;
    for (int i = 0; i < count; i++) {
      ordered &= starts[i] < starts[i + 1];
    }
    if (!ordered) {
      throw new CorruptEnvironmentException(key + " holds starts out of order");
    }
    return starts;
  }
}
