package io.arroy.forest.tree;

import java.io.IOException;
import java.util.Arrays;

/**
 * The leaves that items may join while a tree is updated, group after group: leaves of the stored
 * tree that go on, under their numbers there, and new ones, numbered from the stored tree's number
 * of leaves on. Safe for many threads; a cursor for one.
 */
final class OpenLeaves implements Centroids {
  private final StoredLeaves stored;
  private final int dimension;
  private final int[] groupStarts;
  private final int[] leaves;
  private final float[][] fresh;
  private final int[] freshStarts;
  private final Members stayed;

  /**
   * A set of leaves.
   *
   * @param groupStarts where each group starts in {@code leaves}, and at the end their number
   * @param leaves numbers of leaves
   * @param fresh centroids of new leaves, those of some leaves after those of others
   * @param stayed items that stay in each new leaf
   */
  OpenLeaves(
      StoredLeaves stored,
      int dimension,
      int[] groupStarts,
      int[] leaves,
      float[][] fresh,
      Members stayed) {
    this.stored = stored;
    this.dimension = dimension;
    this.groupStarts = groupStarts;
    this.leaves = leaves;
    this.fresh = fresh;
    this.stayed = stayed;
    this.freshStarts = new int[fresh.length + 1];
    freshStarts[0] = stored.table().leaves();
    for (int i = 0; i < fresh.length; i++) {
      freshStarts[i + 1] = freshStarts[i] + fresh[i].length / dimension;
    }
  }

  /** The leaves of a stored tree but for those that are closed. */
  static OpenLeaves of(StoredLeaves stored, int dimension, boolean[] closed) {
    TreeTable table = stored.table();
    int[] starts = new int[table.groups() + 1];
    int[] leaves = new int[table.leaves()];
    int count = 0;
    for (int group = 0; group < table.groups(); group++) {
      for (int i = table.groupStarts()[group]; i < table.groupStarts()[group + 1]; i++) {
        if (!closed[i]) {
          leaves[count++] = i;
        }
      }
      starts[group + 1] = count;
    }
    Members none = new Members(new int[0], new int[1]);
    return new OpenLeaves(
        stored, dimension, starts, Arrays.copyOf(leaves, count), new float[0][], none);
  }

  @Override
  public int groups() {
    return groupStarts.length - 1;
  }

  /** Number of leaves. */
  int size() {
    return leaves.length;
  }

  @Override
  public int groupStart(int group) {
    return groupStarts[group];
  }

  /** The stored leaf that goes on at a place, -1 where there is a new one. */
  int storedLeaf(int place) {
    return leaves[place] < stored.table().leaves() ? leaves[place] : -1;
  }

  /** The items that stay in each new leaf. */
  Members stayed() {
    return stayed;
  }

  /** The number of the new leaf at a place, from 0; negative where a stored one goes on. */
  int newLeaf(int place) {
    return leaves[place] - stored.table().leaves();
  }

  @Override
  public Cursor cursor() {
    return new Reader();
  }

  private final class Reader implements Cursor {
    private final StoredLeaves.Cursor cursor = stored.cursor();

    @Override
    public void centroid(int place, float[] into, int at) throws IOException {
      int leaf = leaves[place];
      if (leaf < stored.table().leaves()) {
        cursor.centroid(leaf, into, at);
        return;
      }
      int found = Arrays.binarySearch(freshStarts, leaf);
      int part = found >= 0 ? found : -found - 2;
      while (freshStarts[part + 1] == leaf) {
        part++;
      }
      System.arraycopy(fresh[part], (leaf - freshStarts[part]) * dimension, into, at, dimension);
    }
  }
}
