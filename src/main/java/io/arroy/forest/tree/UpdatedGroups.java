package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The last step of an update: puts items into the order of their leaves, divides what still outgrew
 * its size, and groups that have become too many leaves.
 */
final class UpdatedGroups {
  /** A leaf is divided when it has outgrown the leaf size by this factor. */
  private static final int MOST_GROWTH = 2;

  /** Groups that one task arranges. */
  private static final int CHUNK = 8;

  private final TreeUpdate update;

  UpdatedGroups(TreeUpdate update) {
    this.update = update;
  }

  /**
   * Arranges all items.
   *
   * @param joined those that have joined each stored leaf
   * @param routed those that come to each place, beside those that stay there or have joined
   */
  TreeUpdater.Updated arrange(OpenLeaves open, Members joined, Members routed, long seed)
      throws IOException {
    update.options().monitor().progress("arrange", 0, open.groups());
    int[] from = new int[open.size() + 1];
    StoredLeaves.Cursor cursor = update.stored().cursor();
    for (int place = 0; place < open.size(); place++) {
      if (place % 1024 == 0) {
        update.options().monitor().check();
      }
      int at = from[place];
      int leaf = open.storedLeaf(place);
      if (leaf >= 0) {
        at += cursor.items(leaf, update.ordinals(), update.items(), at);
        at += joined.copy(leaf, update.items(), at);
      } else {
        at += open.stayed().copy(open.newLeaf(place), update.items(), at);
      }
      from[place + 1] = at + routed.copy(place, update.items(), at);
    }
    Part[] parts = new Part[(open.groups() + CHUNK - 1) / CHUNK];
    Parallel.run(
        update.options().executor(),
        0,
        open.groups(),
        CHUNK,
        (first, end) -> {
          Part part = new Part(open, from);
          parts[first / CHUNK] = part;
          for (int group = first; group < end; group++) {
            part.arrange(group, Seeds.derive(~seed, group));
          }
        });
    return join(parts);
  }

  private TreeUpdater.Updated join(Part[] parts) {
    int leaves = Arrays.stream(parts).mapToInt(part -> part.leaves).sum();
    int groups = Arrays.stream(parts).mapToInt(part -> part.groups).sum();
    int dimension = update.points().dimension();
    int[] starts = new int[leaves];
    int[] from = new int[leaves];
    int[] groupStarts = new int[groups];
    float[] groupCentroids = new float[groups * dimension];
    int leaf = 0;
    int group = 0;
    for (Part part : parts) {
      System.arraycopy(part.starts, 0, starts, leaf, part.leaves);
      System.arraycopy(part.storedLeaves, 0, from, leaf, part.leaves);
      int floats = part.groups * dimension;
      System.arraycopy(part.groupCentroids, 0, groupCentroids, group * dimension, floats);
      for (int i = 0; i < part.groups; i++) {
        groupStarts[group++] = leaf + part.groupStarts[i];
      }
      leaf += part.leaves;
    }
    Tree tree = new Tree(update.items(), starts, groupStarts, groupCentroids);
    return new TreeUpdater.Updated(tree, new KeptLeaves(update.stored(), update.ordinals(), from));
  }

  /** Some neighbouring groups; belongs to one thread. */
  private final class Part {
    private final OpenLeaves open;
    private final int[] from;
    private final StoredLeaves.Cursor cursor = update.stored().cursor();
    private final TwoMeans means = new TwoMeans(update.points());
    private final Points.Reader reader = update.points().reader();
    private final float[] point = new float[update.points().dimension()];
    private int[] starts = new int[64];
    private int[] storedLeaves = new int[64];
    private int leaves;
    private int[] groupStarts = new int[CHUNK];
    private float[] groupCentroids = new float[CHUNK * update.points().dimension()];
    private int groups;

    Part(OpenLeaves open, int[] from) {
      this.open = open;
      this.from = from;
    }

    void arrange(int group, long seed) throws IOException {
      update.options().monitor().check();
      int first = leaves;
      int end = open.groupStart(group + 1);
      for (int place = open.groupStart(group); place < end; place++) {
        int size = from[place + 1] - from[place];
        if (size > MOST_GROWTH * update.options().leafSize()) {
          long leafSeed = Seeds.derive(seed, place);
          for (int start : update.divider().leaves(from[place], from[place + 1], leafSeed, means)) {
            add(start, -1);
          }
        } else if (size > 0) {
          add(from[place], open.storedLeaf(place));
        }
      }
      if (leaves - first > 2 * Groups.SIZE && isChanged(first)) {
        regroup(first, from[end], Seeds.generator(update.options().seed(), ~seed));
      } else if (leaves > first) {
        addGroup(first, mean(first, from[end]), 0);
      }
    }

    /** Whether some leaf from this one on is new. */
    private boolean isChanged(int first) {
      return Arrays.stream(storedLeaves, first, leaves).anyMatch(leaf -> leaf < 0);
    }

    private void add(int start, int storedLeaf) {
      if (leaves == starts.length) {
        starts = Arrays.copyOf(starts, 2 * leaves);
        storedLeaves = Arrays.copyOf(storedLeaves, 2 * leaves);
      }
      starts[leaves] = start;
      storedLeaves[leaves++] = storedLeaf;
    }

    private void addGroup(int firstLeaf, float[] centroids, int at) {
      int dimension = update.points().dimension();
      if (groups == groupStarts.length) {
        groupStarts = Arrays.copyOf(groupStarts, 2 * groups);
        groupCentroids = Arrays.copyOf(groupCentroids, 2 * groups * dimension);
      }
      System.arraycopy(centroids, at, groupCentroids, groups * dimension, dimension);
      groupStarts[groups++] = firstLeaf;
    }

    /** The mean of the centroids of the leaves from {@code first} on. */
    private float[] mean(int first, int itemsEnd) throws IOException {
      float[] mean = new float[update.points().dimension()];
      float share = 1f / (leaves - first);
      for (int leaf = first; leaf < leaves; leaf++) {
        if (storedLeaves[leaf] >= 0) {
          cursor.centroid(storedLeaves[leaf], point, 0);
          FloatKernels.BEST.add(mean, 0, point, 0, share, mean.length);
          continue;
        }
        int end = leaf + 1 < leaves ? starts[leaf + 1] : itemsEnd;
        for (int i = starts[leaf]; i < end; i++) {
          reader.load(update.items()[i], point, 0);
          FloatKernels.BEST.add(mean, 0, point, 0, share / (end - starts[leaf]), mean.length);
        }
      }
      return mean;
    }

    /** Makes several groups of one that has grown too large. */
    private void regroup(int first, int itemsEnd, RandomGenerator random) throws IOException {
      int[] before = Arrays.copyOfRange(storedLeaves, first, leaves);
      Leaves gathered =
          new Groups(update.points(), update.options())
              .gather(update.items(), itemsEnd, Arrays.copyOfRange(starts, first, leaves), random);
      for (int i = 0; i < before.length; i++) {
        starts[first + i] = gathered.starts()[i];
        storedLeaves[first + i] = before[gathered.order()[i]];
      }
      for (int group = 0; group < gathered.groupStarts().length; group++) {
        int at = group * update.points().dimension();
        addGroup(first + gathered.groupStarts()[group], gathered.groupCentroids(), at);
      }
    }
  }
}
