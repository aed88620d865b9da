package io.arroy.forest.tree;

import io.arroy.forest.quantize.CodeLayout;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How the leaves of a tree are cut into blocks. A tree that is written once is cut where a block is
 * full. One that will be changed is cut between groups, and where it goes on with a stored tree, as
 * that was cut: a group stays in the block it was in, so that blocks in which nothing changed need
 * not be written again.
 *
 * @param starts leaves before each block, and at the end all leaves
 * @param numbers the number of each block under which it is stored, or null where they count up
 */
record LeafBlocks(int[] starts, int[] numbers) {
  /** A block that goes on is cut when it has outgrown the size of a block by this factor. */
  private static final double MOST_GROWTH = 1.5;

  /** A block that goes on joins the one before when it has shrunk to this share of a block. */
  private static final double LEAST_SHARE = .25;

  /** Cuts where a block is full. */
  static LeafBlocks packed(int[] itemStarts, int slotBytes, int centroidBytes, int blockBytes) {
    int leaves = itemStarts.length - 1;
    int[] starts = new int[16];
    int blocks = 0;
    long leafBytes = 0;
    for (int leaf = 0; leaf < leaves; leaf++) {
      long bytes = (long) CodeLayout.slots(itemStarts[leaf + 1] - itemStarts[leaf]) * slotBytes;
      leafBytes += bytes;
      long centroids = blocks == 0 ? 0 : (leaf + 1L - starts[blocks - 1]) * centroidBytes;
      if (blocks == 0 || Math.max(leafBytes, centroids) > blockBytes) {
        if (blocks + 1 == starts.length) {
          starts = Arrays.copyOf(starts, blocks * 2);
        }
        starts[blocks++] = leaf;
        leafBytes = bytes;
      }
    }
    starts[blocks] = leaves;
    return new LeafBlocks(Arrays.copyOf(starts, blocks + 1), null);
  }

  /**
   * Cuts between groups.
   *
   * @param kept the stored tree that this one goes on with, or null
   */
  static LeafBlocks slotted(
      int[] itemStarts,
      int[] groupStarts,
      int slotBytes,
      int centroidBytes,
      int blockBytes,
      KeptLeaves kept) {
    Cutter cutter = new Cutter(groupStarts.length - 1);
    int[] origins = origins(groupStarts, kept);
    int groups = groupStarts.length - 1;
    for (int group = 0; group < groups; ) {
      int end = group + 1;
      while (end < groups && origins[end] == origins[group]) {
        end++;
      }
      long[] bytes = new long[end - group + 1];
      for (int i = group; i < end; i++) {
        long codes = 0;
        for (int leaf = groupStarts[i]; leaf < groupStarts[i + 1]; leaf++) {
          codes += (long) CodeLayout.slots(itemStarts[leaf + 1] - itemStarts[leaf]) * slotBytes;
        }
        long centroids = (long) (groupStarts[i + 1] - groupStarts[i]) * centroidBytes;
        bytes[i - group + 1] = bytes[i - group] + Math.max(codes, centroids);
      }
      cutter.add(groupStarts, group, bytes, origins[group], blockBytes);
      group = end;
    }
    return cutter.cut(groupStarts[groups]);
  }

  /** The number of the stored block of each group, -1 for all where there is none. */
  private static int[] origins(int[] groupStarts, KeptLeaves kept) {
    int[] origins = new int[groupStarts.length - 1];
    Arrays.fill(origins, -1);
    if (kept == null || kept.from().table().blockNumbers() == null) {
      return origins;
    }
    TreeTable table = kept.from().table();
    int last = table.blockNumber(0);
    for (int group = 0; group < origins.length; group++) {
      for (int leaf = groupStarts[group]; leaf < groupStarts[group + 1]; leaf++) {
        if (kept.leafOf()[leaf] >= 0) {
          last = table.blockNumber(table.blockOf(kept.leafOf()[leaf]));
          break;
        }
      }
      origins[group] = last;
    }
    return origins;
  }

  /** Takes runs of groups, and makes blocks of them. */
  private static final class Cutter {
    private final int[] starts;
    private final int[] numbers;
    private final BitSet used = new BitSet();
    private int blocks;

    /** Bytes of the last block. */
    private long lastBytes;

    Cutter(int groups) {
      this.starts = new int[groups + 1];
      this.numbers = new int[groups];
    }

    /**
     * Takes the groups that were in one block, or that were in none.
     *
     * @param bytes of all groups before each, and at the end of all
     */
    void add(int[] groupStarts, int first, long[] bytes, int origin, int blockBytes) {
      int groups = bytes.length - 1;
      long all = bytes[groups];
      if (blocks > 0 && all < LEAST_SHARE * blockBytes && lastBytes + all <= blockBytes) {
        lastBytes += all;
        return;
      }
      double most = origin < 0 ? blockBytes : all <= MOST_GROWTH * blockBytes ? all : blockBytes;
      long from = 0;
      for (int group = 0; group < groups; group++) {
        if (group == 0 || bytes[group + 1] - from > most) {
          starts[blocks] = groupStarts[first + group];
          numbers[blocks] = group == 0 && !isUsed(origin) ? origin : -1;
          if (numbers[blocks] >= 0) {
            used.set(origin);
          }
          blocks++;
          from = bytes[group];
        }
      }
      lastBytes = all - from;
    }

    private boolean isUsed(int number) {
      return number < 0 || used.get(number);
    }

    /** Numbers those that have none. */
    LeafBlocks cut(int leaves) {
      int[] cut = Arrays.copyOf(starts, blocks + 1);
      cut[blocks] = leaves;
      int[] named = Arrays.copyOf(numbers, blocks);
      for (int block = 0; block < blocks; block++) {
        if (named[block] < 0) {
          named[block] = used.nextClearBit(0);
          used.set(named[block]);
        }
      }
      return new LeafBlocks(cut, named);
    }
  }
}
