package io.arroy.forest.tree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Builds one tree: planes down to nodes of {@value #POLISHED} items, then in each such node planes
 * down to leaves, which are polished together.
 */
final class TreeBuilder {
  /** Items of a node whose leaves are polished together. */
  static final int POLISHED = 32_768;

  /** A polished leaf is divided again when it outgrew the leaf size by this factor. */
  private static final int MOST_GROWTH = 2;

  private final Points points;
  private final BuildOptions options;
  private final int[] items;
  private final Divider divider;

  TreeBuilder(Points points, BuildOptions options) {
    this.points = points;
    this.options = options;
    this.items = new int[points.size()];
    this.divider = new Divider(points, options, items);
  }

  /** Builds the tree of this number. */
  Tree build(int number) throws IOException {
    for (int i = 0; i < items.length; i++) {
      items[i] = i;
    }
    Node root = new Node(0, items.length, Seeds.derive(0, number));
    List<Node> nodes = top(root);
    Leaves[] leaves = new Leaves[nodes.size()];
    List<Parallel.Task> tasks = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      int at = i;
      tasks.add(() -> leaves[at] = leaves(nodes.get(at)));
    }
    Parallel.run(options.executor(), tasks);
    return join(leaves);
  }

  private Tree join(Leaves[] parts) {
    int[] starts =
        Arrays.stream(parts).flatMapToInt(part -> Arrays.stream(part.starts())).toArray();
    int[] groups = new int[Arrays.stream(parts).mapToInt(part -> part.groupStarts().length).sum()];
    float[] groupCentroids = new float[groups.length * points.dimension()];
    int group = 0;
    int leaf = 0;
    for (Leaves part : parts) {
      float[] means = part.groupCentroids();
      System.arraycopy(means, 0, groupCentroids, group * points.dimension(), means.length);
      for (int first : part.groupStarts()) {
        groups[group++] = leaf + first;
      }
      leaf += part.starts().length;
    }
    return new Tree(items, starts, groups, groupCentroids);
  }

  /** Divides large nodes one after the other, each on all threads. */
  private List<Node> top(Node root) throws IOException {
    TwoMeans means = new TwoMeans(points);
    List<Node> done = new ArrayList<>();
    Deque<Node> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (node.size() <= POLISHED) {
        done.add(node);
      } else {
        divider.divide(node, means);
        open.push(node.right);
        open.push(node.left);
      }
    }
    return done;
  }

  private Leaves leaves(Node top) throws IOException {
    int[] starts = polished(top);
    return new Groups(points, options)
        .gather(items, top.to, starts, Seeds.generator(options.seed(), ~top.seed));
  }

  private int[] polished(Node top) throws IOException {
    TwoMeans means = new TwoMeans(points);
    int[] starts = divider.leaves(top.from, top.to, top.seed, means);
    starts = new Cells(points, options).polish(items, top.from, top.to, starts);
    int[] result = new int[starts.length];
    int count = 0;
    for (int i = 0; i < starts.length; i++) {
      int end = i + 1 < starts.length ? starts[i + 1] : top.to;
      int[] parts = {starts[i]};
      if (end - starts[i] > MOST_GROWTH * options.leafSize()) {
        parts = divider.leaves(starts[i], end, Seeds.derive(top.seed, 2L + i), means);
      }
      if (count + parts.length > result.length) {
        result = Arrays.copyOf(result, Math.max(count + parts.length, result.length * 3 / 2));
      }
      System.arraycopy(parts, 0, result, count, parts.length);
      count += parts.length;
    }
    return Arrays.copyOf(result, count);
  }
}
