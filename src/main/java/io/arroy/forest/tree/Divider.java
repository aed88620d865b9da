package io.arroy.forest.tree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Divides the items of a node among its two children and puts the tree's order of items to match.
 * Works on ranges of one shared array; parts that touch different ranges may run at once.
 */
final class Divider {
  /** Items whose sides one task finds. */
  private static final int CHUNK = 1 << 14;

  private final Points points;
  private final BuildOptions options;
  private final int[] items;
  private final int[] spare;

  Divider(Points points, BuildOptions options, int[] items) {
    this.points = points;
    this.options = options;
    this.items = items;
    this.spare = new int[items.length];
  }

  /**
   * Gives a node two children: by a split, or in equal halves where its points are too much alike
   * for one.
   */
  void divide(Node node, TwoMeans means) throws IOException {
    options.monitor().check();
    Split split = means.find(items, node.from, node.to, Seeds.generator(options.seed(), node.seed));
    int middle = split == null ? node.from : partition(node, split);
    if (middle == node.from || middle == node.to) {
      node.divide((node.from + node.to) >>> 1);
    } else {
      node.split = split;
      node.divide(middle);
    }
  }

  /**
   * Divides nodes of more than so many items one after the other, each on all threads.
   *
   * @return the nodes that are left whole, in order
   */
  List<Node> divide(Node top, double most) throws IOException {
    TwoMeans means = new TwoMeans(points);
    List<Node> done = new ArrayList<>();
    Deque<Node> open = new ArrayDeque<>();
    open.push(top);
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (node.size() <= most) {
        done.add(node);
      } else {
        divide(node, means);
        open.push(node.right);
        open.push(node.left);
      }
    }
    return done;
  }

  /** Divides a range until no part is larger than a leaf; where the parts start. */
  int[] leaves(int from, int to, long seed, TwoMeans means) throws IOException {
    int[] starts = new int[16];
    int count = 0;
    Deque<Node> open = new ArrayDeque<>();
    open.push(new Node(from, to, seed));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (node.size() <= options.leafSize()) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count++] = node.from;
      } else {
        divide(node, means);
        open.push(node.right);
        open.push(node.left);
      }
    }
    return Arrays.copyOf(starts, count);
  }

  /** Moves the left side's items to the front, keeping the order within both sides. */
  private int partition(Node node, Split split) throws IOException {
    int chunks = (node.size() + CHUNK - 1) / CHUNK;
    int[] lefts = new int[chunks];
    Parallel.run(
        options.executor(),
        node.from,
        node.to,
        CHUNK,
        (first, end) -> lefts[(first - node.from) / CHUNK] = partition(first, end, split));
    if (chunks == 1) {
      return node.from + lefts[0];
    }
    return join(node, lefts);
  }

  private int partition(int from, int to, Split split) throws IOException {
    options.monitor().check();
    Points.Reader reader = points.reader();
    float[] point = new float[points.dimension()];
    int left = from;
    int right = from;
    for (int i = from; i < to; i++) {
      int item = items[i];
      reader.load(item, point, 0);
      if (split.margin(point, 0) >= 0) {
        spare[right++] = item;
      } else {
        items[left++] = item;
      }
    }
    System.arraycopy(spare, from, items, left, right - from);
    return left - from;
  }

  private int join(Node node, int[] lefts) {
    int left = node.from;
    int right = node.from;
    for (int i = 0; i < lefts.length; i++) {
      int from = node.from + i * CHUNK;
      int to = Math.min(node.to, from + CHUNK);
      int middle = from + lefts[i];
      System.arraycopy(items, middle, spare, right, to - middle);
      right += to - middle;
      System.arraycopy(items, from, items, left, middle - from);
      left += middle - from;
    }
    System.arraycopy(spare, node.from, items, left, right - node.from);
    return left;
  }
}
