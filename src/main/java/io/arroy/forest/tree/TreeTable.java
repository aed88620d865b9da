package io.arroy.forest.tree;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Where the leaves and groups of a stored tree lie: block {@code NODES} of the tree.
 *
 * <p>Three int32 counts (leaves, groups, blocks), then for each of them its starts and one past the
 * last: items before each leaf, leaves before each group, leaves before each block. The blocks of
 * LEAVES and of CENTROIDS hold the same leaves under the same numbers: 0, 1, 2, …, or, in an index
 * of slotted layout, the int32 that follow, one a block.
 *
 * @param itemStarts items before each leaf, and at the end all items
 * @param groupStarts leaves before each group, and at the end all leaves
 * @param blockStarts leaves before each block, and at the end all leaves
 * @param blockNumbers the number of each block, or null where they count up
 */
public record TreeTable(
    int[] itemStarts, int[] groupStarts, int[] blockStarts, int[] blockNumbers) {
  /** Number of the block of NODES that holds the table. */
  static final int NUMBER = 0;

  /** Number of the block of NODES that holds the centroids of the groups. */
  public static final int GROUP_CENTROIDS = 1;

  /** Number of the block of NODES that holds the codes of the leaves' centroids. */
  public static final int GROUP_CODES = 2;

  /**
   * The table of a built tree.
   *
   * @param slotBytes bytes of one slot of a leaf
   * @param centroidBytes bytes of one leaf's centroid
   * @param layout where the items of its index lie
   * @param kept what it takes over from a stored tree, or null
   */
  static TreeTable of(
      Tree tree, int slotBytes, int centroidBytes, ItemLayout layout, KeptLeaves kept) {
    int[] itemStarts = Arrays.copyOf(tree.leafStarts(), tree.leaves() + 1);
    itemStarts[tree.leaves()] = tree.items().length;
    int[] groupStarts = Arrays.copyOf(tree.groupStarts(), tree.groups() + 1);
    groupStarts[tree.groups()] = tree.leaves();
    int bytes = layout.blockBytes();
    LeafBlocks blocks =
        layout.isPacked()
            ? LeafBlocks.packed(itemStarts, slotBytes, centroidBytes, bytes)
            : LeafBlocks.slotted(itemStarts, groupStarts, slotBytes, centroidBytes, bytes, kept);
    return new TreeTable(itemStarts, groupStarts, blocks.starts(), blocks.numbers());
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

  /** The number of a block's key. */
  public int blockNumber(int block) {
    return blockNumbers == null ? block : blockNumbers[block];
  }

  /** The block of a leaf. */
  int blockOf(int leaf) {
    int at = Arrays.binarySearch(blockStarts, leaf);
    return at >= 0 ? at : -at - 2;
  }

  /** Leaves of a block. */
  public int blockLeaves(int block) {
    return blockStarts[block + 1] - blockStarts[block];
  }

  /** Writes this table. */
  void write(BlockKey key, BlockSink sink) throws IOException {
    int[] numbers = blockNumbers == null ? new int[0] : blockNumbers;
    int ints = 3 + itemStarts.length + groupStarts.length + blockStarts.length + numbers.length;
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * ints]);
    bytes.setAtIndex(Layouts.INT, 0, leaves());
    bytes.setAtIndex(Layouts.INT, 1, groups());
    bytes.setAtIndex(Layouts.INT, 2, blocks());
    long at = 12;
    for (int[] starts : new int[][] {itemStarts, groupStarts, blockStarts, numbers}) {
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
    BlockKey key = new BlockKey(BlockKind.NODES, index, tree, NUMBER);
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
    long bytes = 4 * (6 + leaves + groups + blocks);
    boolean numbered = block.length() == bytes + 4 * blocks && blocks > 0;
    if (!fit || (block.length() != bytes && !numbered)) {
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
    int[] numbers = numbered ? numbers(key, cursor, bytes, (int) blocks) : null;
    return new TreeTable(itemStarts, groupStarts, blockStarts, numbers);
  }

  private static int[] numbers(BlockKey key, Block.Cursor cursor, long offset, int count)
      throws IOException {
    int[] numbers = new int[count];
    MemorySegment.copy(cursor.read(offset, 4 * count), Layouts.INT, 0, numbers, 0, count);
    if (Arrays.stream(numbers).anyMatch(number -> number < 0)
        || Arrays.stream(numbers).distinct().count() < count) {
      throw new CorruptEnvironmentException(key + " holds numbers of blocks that cannot be");
    }
    return numbers;
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
