package io.arroy.forest.inspect;

import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.StoredLeaves;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a drawing of a tree shows: its root, groups and leaves, as many as wanted, and how many were
 * left out.
 *
 * @param title the tree
 * @param items its items
 * @param leafSize items a leaf should hold
 * @param groups the groups shown
 * @param hiddenGroups how many are not
 */
public record TreeDrawing(
    String title, int items, int leafSize, List<Group> groups, int hiddenGroups) {
  /** The fewest nodes a drawing may be limited to. */
  public static final int LEAST_NODES = 10;

  /** Leaves that each group shows before more groups are shown. */
  private static final int LEAVES_FIRST = 6;

  /**
   * A group.
   *
   * @param number counts the groups of its tree
   * @param items its items
   * @param leaves the leaves shown
   * @param hiddenLeaves how many are not
   */
  public record Group(int number, int items, List<Leaf> leaves, int hiddenLeaves) {}

  /**
   * A leaf.
   *
   * @param number counts the leaves of its tree
   * @param items its items
   */
  public record Leaf(int number, int items) {}

  /**
   * Chooses what to draw: the first groups, and of each the first leaves.
   *
   * @param tree number of the tree
   * @param limit the most nodes drawn, {@value #LEAST_NODES} or more; notes of what was left out
   *     count as nodes
   * @throws IllegalArgumentException if there is no such tree, or the limit is too small
   */
  public static TreeDrawing of(BlockSource source, int index, int tree, int limit)
      throws IOException {
    ItemsHeader items = ItemsHeader.read(source, index);
    ForestHeader forest = ForestHeader.read(source, index);
    if (tree < 0 || tree >= forest.trees()) {
      throw new IllegalArgumentException(
          "index " + index + " has " + forest.trees() + " trees, there is no tree " + tree);
    }
    if (limit < LEAST_NODES) {
      throw new IllegalArgumentException(
          "limit must be at least " + LEAST_NODES + ", got " + limit);
    }
    TreeTable table = StoredLeaves.open(source, items, tree).table();
    int nodes = 1 + table.groups() + table.leaves();
    int shown = table.groups();
    int leaves = table.leaves();
    if (nodes > limit) {
      shown = Math.min(shown, Math.max(1, (limit - 2) / (2 + LEAVES_FIRST)));
      leaves = Math.max(1, (limit - 2 - 2 * shown) / shown);
    }
    List<Group> groups = new ArrayList<>();
    for (int group = 0; group < shown; group++) {
      groups.add(group(table, group, leaves));
    }
    String title = "index " + index + ", tree " + tree;
    return new TreeDrawing(title, items.count(), forest.leafSize(), groups, table.groups() - shown);
  }

  private static Group group(TreeTable table, int group, int most) {
    int first = table.groupStarts()[group];
    int count = table.groupStarts()[group + 1] - first;
    List<Leaf> leaves = new ArrayList<>();
    for (int leaf = first; leaf < first + Math.min(count, most); leaf++) {
      leaves.add(new Leaf(leaf, table.leafItems(leaf)));
    }
    return new Group(group, table.groupItems(group), leaves, count - leaves.size());
  }

  /** Items of a node, in words. */
  static String items(int count) {
    return count == 1 ? "1 item" : count + " items";
  }

  /** What was left out, in words. */
  static String hidden(int count, String one, String many) {
    return "… " + count + " more " + (count == 1 ? one : many);
  }
}
