package io.arroy.forest.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides all items into runs that fit into memory: by planes found in a sample, past which every
 * item then goes in one pass over the stored vectors.
 */
final class Runs {
  /** Items of the sample at the most. */
  private static final int SAMPLE = 1 << 15;

  /** A run is meant to fill this share of the memory, because a sample only tells about. */
  private static final double FILL = .9;

  /** Items that one task sends past the planes. */
  private static final int CHUNK = 4096;

  private final Points points;
  private final BuildOptions options;
  private final int[] items;

  /** The leaves of the tree of planes, in order. */
  private List<Node> runs = List.of();

  private Runs(Points points, BuildOptions options, int[] items) {
    this.points = points;
    this.options = options;
    this.items = items;
  }

  /**
   * Rearranges {@code items}, which must be ascending, so that the items of a run follow one
   * another, ascending.
   *
   * @param copies room for the sample
   * @param seed of the tree
   * @return the runs in order; some may hold more than {@code most}
   */
  static List<Node> divide(
      Points points, BuildOptions options, int[] items, PointCopies copies, int most, long seed)
      throws IOException {
    Runs runs = new Runs(points, options, items);
    Node root = runs.sample(copies, most, seed);
    return runs.arrange(runs.send(root));
  }

  /** The tree of planes, with the runs as its leaves. */
  private Node sample(PointCopies copies, int most, long seed) throws IOException {
    int size = Math.min(items.length, Math.min(SAMPLE, copies.capacity()));
    int[] sample =
        IntStream.range(0, size).map(i -> items[(int) ((long) items.length * i / size)]).toArray();
    copies.hold(sample, 0, size);
    Points near = points.with(copies);
    double mostSampled = Math.max(1, FILL * most * size / items.length);
    Node root = new Node(0, size, seed);
    runs = new Divider(near, options, sample).divide(root, mostSampled);
    for (int i = 0; i < runs.size(); i++) {
      runs.get(i).number = i;
    }
    return root;
  }

  /** The run of each item. */
  private int[] send(Node root) throws IOException {
    int[] runOf = new int[items.length];
    Parallel.run(
        options.executor(),
        0,
        items.length,
        CHUNK,
        (first, end) -> {
          options.monitor().check();
          Points.Reader reader = points.reader();
          float[] point = new float[points.dimension()];
          for (int i = first; i < end; i++) {
            reader.load(items[i], point, 0);
            runOf[i] = run(root, point, i);
          }
        });
    return runOf;
  }

  private static int run(Node root, float[] point, int number) {
    Node node = root;
    for (int level = 0; node.left != null; level++) {
      // Points too much alike for a plane are dealt out.
      boolean right =
          node.split == null ? (number >>> level & 1) != 0 : node.split.margin(point, 0) >= 0;
      node = right ? node.right : node.left;
    }
    return node.number;
  }

  private List<Node> arrange(int[] runOf) {
    Members members = Members.of(items, runOf, runs.size());
    System.arraycopy(members.items(), 0, items, 0, items.length);
    List<Node> filled = new ArrayList<>();
    for (Node run : runs) {
      if (members.count(run.number) > 0) {
        int[] starts = members.starts();
        filled.add(new Node(starts[run.number], starts[run.number + 1], run.seed));
      }
    }
    return filled;
  }
}
