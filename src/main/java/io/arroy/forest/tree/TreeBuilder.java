package io.arroy.forest.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds one tree: planes down to runs of at most {@value #POLISHED} items, one after the other; in
 * each, planes down to leaves, which are polished and gathered into groups.
 */
final class TreeBuilder {
  /** Items whose leaves are polished together, at the most. */
  static final int POLISHED = 1 << 18;

  /** Items of a node that one task divides into leaves. */
  private static final int DIVIDED = 1 << 14;

  /** Leaves that one task gathers into groups. */
  private static final int GATHERED = 22 * Groups.SIZE;

  /** A polished leaf is divided again when it outgrew the leaf size by this factor. */
  private static final int MOST_GROWTH = 2;

  private final BuildOptions options;
  private final int[] items;

  /** Points of which those of the run at hand are in memory. */
  private final Points points;

  private final Divider divider;

  private TreeBuilder(Points points, BuildOptions options, int[] items) {
    this.points = points;
    this.options = options;
    this.items = items;
    this.divider = new Divider(points, options, items);
  }

  /** Builds the tree of this number. */
  static Tree build(Points points, BuildOptions options, int number) throws IOException {
    int[] items = new int[points.size()];
    points.ordinals(items);
    long seed = Seeds.derive(0, number);
    try (PointCopies copies = PointCopies.of(points, options)) {
      if (copies == null) {
        TreeBuilder builder = new TreeBuilder(points, options, items);
        Node root = new Node(0, items.length, seed);
        return builder.build(builder.divider.divide(root, POLISHED), null);
      }
      TreeBuilder builder = new TreeBuilder(points.with(copies), options, items);
      int most = Math.min(POLISHED, copies.capacity());
      List<Node> runs = new ArrayList<>();
      for (Node run : Runs.divide(points, options, items, copies, most, seed)) {
        runs.addAll(builder.divider.divide(run, most));
      }
      return builder.build(runs, copies);
    }
  }

  private Tree build(List<Node> runs, PointCopies copies) throws IOException {
    List<Leaves> parts = new ArrayList<>();
    for (Node run : runs) {
      if (copies != null) {
        copies.hold(items, run.from, run.to);
      }
      gather(run, polished(run), parts);
      options.monitor().progress("leaves", run.to, items.length);
    }
    return join(parts);
  }

  private Tree join(List<Leaves> parts) {
    int[] starts = parts.stream().flatMapToInt(part -> Arrays.stream(part.starts())).toArray();
    int[] groups = new int[parts.stream().mapToInt(part -> part.groupStarts().length).sum()];
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

  private int[] polished(Node node) throws IOException {
    List<Node> parts = divider.divide(node, DIVIDED);
    int[] starts =
        concat(
            parts.size(),
            i -> {
              Node part = parts.get(i);
              return divider.leaves(part.from, part.to, part.seed, new TwoMeans(points));
            });
    int[] moved = Cells.polish(points, options, items, node.from, node.to, starts);
    return concat(
        (moved.length + GATHERED - 1) / GATHERED,
        i -> grown(moved, i * GATHERED, Math.min(moved.length, (i + 1) * GATHERED), node));
  }

  /** Divides those of some leaves that grew too large. */
  private int[] grown(int[] starts, int first, int end, Node node) throws IOException {
    TwoMeans means = new TwoMeans(points);
    List<int[]> parts = new ArrayList<>();
    for (int i = first; i < end; i++) {
      int to = i + 1 < starts.length ? starts[i + 1] : node.to;
      parts.add(
          to - starts[i] > MOST_GROWTH * options.leafSize()
              ? divider.leaves(starts[i], to, Seeds.derive(node.seed, 2L + i), means)
              : new int[] {starts[i]});
    }
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private void gather(Node node, int[] starts, List<Leaves> into) throws IOException {
    Leaves[] parts = new Leaves[(starts.length + GATHERED - 1) / GATHERED];
    Parallel.run(
        options.executor(),
        0,
        starts.length,
        GATHERED,
        (first, end) -> {
          int to = end < starts.length ? starts[end] : node.to;
          int part = first / GATHERED;
          parts[part] =
              new Groups(points, options)
                  .gather(
                      items,
                      to,
                      Arrays.copyOfRange(starts, first, end),
                      Seeds.generator(options.seed(), Seeds.derive(~node.seed, part)));
        });
    into.addAll(Arrays.asList(parts));
  }

  private interface Starts {
    int[] of(int part) throws IOException;
  }

  /** What the parts give, made by all threads, one after the other. */
  private int[] concat(int count, Starts starts) throws IOException {
    int[][] parts = new int[count][];
    Parallel.run(options.executor(), count, part -> parts[part] = starts.of(part));
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
