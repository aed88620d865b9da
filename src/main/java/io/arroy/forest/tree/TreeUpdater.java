package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.lucene.util.FixedBitSet;

/**
 * Goes on with a stored tree after items came and went. Items that stayed keep their leaf, new ones
 * join the leaf with the nearest centroid. A leaf that shrank to little is folded: its items go
 * where new ones would. A leaf that outgrew its size is divided, and leaves of which much changed
 * are renewed; their items, and all that are new, then choose anew among all leaves. More leaves
 * are centred: their items stay, their centroid moves to the mean. Every other leaf keeps its
 * centroid, and so the codes of the items that stayed.
 *
 * <p>Whether a leaf is renewed or centred is drawn, with a chance that grows with the share of its
 * items that changed: no leaf drifts for long, and nothing about the past need be stored.
 *
 * <p>Dividing and choosing again is close to how SPFresh keeps its partitions in order (Xu et al.,
 * "SPFresh: incremental in-place update for billion-scale vector search", SOSP 2023).
 */
final class TreeUpdater {
  /**
   * A leaf is divided when it has outgrown this share of the leaf size, into leaves no larger than
   * that. Leaves are then about as large as in a fresh forest: larger ones find less for the same
   * budget.
   */
  private static final float MOST_SHARE = .9f;

  /** A leaf is folded when items left it and less than this share of the leaf size remains. */
  private static final float LEAST_SHARE = 1 / 8f;

  /** The chance of a leaf to be renewed is so many times the share of it that changed. */
  private static final float RENEWAL = .5f;

  /**
   * The chance of a leaf to be renewed or centred is so many times the share of it that changed.
   * Centring costs less, as no item looks for another leaf.
   */
  private static final float CENTRING = 3;

  /** Groups whose leaves an item is compared with, to learn which leaves outgrow their size. */
  private static final int NEAR_AT_FIRST = 2;

  /** Groups whose leaves an item is compared with, to be placed. */
  private static final int NEAR = 6;

  /** Groups that one task updates. */
  private static final int CHUNK = 8;

  private final Points points;
  private final BuildOptions options;
  private final StoredLeaves stored;
  private final TreeTable table;
  private final int[] ordinals;
  private final int[] items;
  private final int mostItems;
  private final Divider divider;

  /** Items that stay in each stored leaf. */
  private final int[] staying;

  /** The items of one stored leaf. */
  private final int[] leafItems;

  /** Stored leaves that do not go on. */
  private final boolean[] closed;

  /**
   * Prepares an update.
   *
   * @param points the items as they are now
   * @param ordinals the new ordinal of each of the tree's items, -1 for those that are gone
   */
  TreeUpdater(Points points, BuildOptions options, StoredLeaves stored, int[] ordinals) {
    this.points = points;
    this.options = options;
    this.stored = stored;
    this.table = stored.table();
    this.ordinals = ordinals;
    this.items = new int[points.size()];
    this.mostItems =
        Math.max(BuildOptions.MIN_LEAF_SIZE, Math.round(MOST_SHARE * options.leafSize()));
    this.divider = new Divider(points, options.withLeafSize(mostItems), items);
    this.staying = new int[table.leaves()];
    this.closed = new boolean[table.leaves()];
    int most = 0;
    for (int leaf = 0; leaf < table.leaves(); leaf++) {
      most = Math.max(most, table.leafItems(leaf));
    }
    this.leafItems = new int[most];
  }

  /**
   * The updated tree.
   *
   * @param tree its leaves
   * @param kept which of them go on with a stored leaf
   */
  record Updated(Tree tree, KeptLeaves kept) {}

  /** Updates the tree, which will have this number. Some item must have stayed. */
  Updated update(int number) throws IOException {
    long seed = Seeds.derive(Seeds.derive(items.length, number), table.leaves());
    count();
    OpenLeaves old = OpenLeaves.of(stored, points.dimension(), closed);
    Members joined = join(old, NEAR_AT_FIRST);
    OpenLeaves open = isUnchanged() ? old : renew(old, joined, seed);
    return new UpdatedGroups(points, options, stored, ordinals, items, divider)
        .arrange(open, join(open, NEAR), seed);
  }

  /** Whether the items are the same, in the same order or another. */
  private boolean isUnchanged() {
    int before = table.itemStarts()[table.leaves()];
    return before == items.length && Arrays.stream(staying).sum() == items.length;
  }

  /** Counts what stays, and closes leaves of which too little does. */
  private void count() throws IOException {
    StoredLeaves.Cursor cursor = stored.cursor();
    int largest = 0;
    for (int leaf = 0; leaf < table.leaves(); leaf++) {
      checkSometimes(leaf);
      staying[leaf] = cursor.items(leaf, ordinals, leafItems, 0);
      int before = table.leafItems(leaf);
      closed[leaf] = staying[leaf] < Math.min(before, LEAST_SHARE * options.leafSize());
      if (staying[leaf] > staying[largest]) {
        largest = leaf;
      }
    }
    // Something must be there to go to.
    closed[largest] = false;
  }

  private void checkSometimes(int leaf) throws IOException {
    if (leaf % 1024 == 0) {
      options.monitor().check();
    }
  }

  /** The items that are not in a stored leaf that goes on, by the leaf they join. */
  private Members join(OpenLeaves open, int near) throws IOException {
    FixedBitSet placed = new FixedBitSet(Math.max(1, points.layout().slots()));
    StoredLeaves.Cursor cursor = stored.cursor();
    int stay = 0;
    for (int leaf = 0; leaf < table.leaves(); leaf++) {
      checkSometimes(leaf);
      if (!closed[leaf]) {
        int count = cursor.items(leaf, ordinals, leafItems, 0);
        for (int i = 0; i < count; i++) {
          placed.set(leafItems[i]);
        }
        stay += count;
      }
    }
    if (placed.cardinality() != stay) {
      throw new CorruptEnvironmentException("an item is in two leaves of a tree");
    }
    int[] homeless = new int[items.length - placed.cardinality()];
    int count = 0;
    points.ordinals(items);
    for (int ordinal : items) {
      if (!placed.get(ordinal)) {
        homeless[count++] = ordinal;
      }
    }
    int[] placeOf = new Router(points, options, open, near).route(homeless);
    return Members.of(homeless, placeOf, open.size());
  }

  /** Divides, renews and centres leaves. The first two become closed. */
  private OpenLeaves renew(OpenLeaves open, Members joined, long seed) throws IOException {
    int[] from = new int[open.size() + 1];
    for (int place = 0; place < open.size(); place++) {
      from[place + 1] = from[place] + staying[open.storedLeaf(place)] + joined.count(place);
    }
    options.monitor().progress("renew", 0, open.groups());
    Part[] parts = new Part[(open.groups() + CHUNK - 1) / CHUNK];
    Parallel.run(
        options.executor(),
        0,
        open.groups(),
        CHUNK,
        (first, end) -> {
          Part part = new Part(open, joined, from, seed);
          parts[first / CHUNK] = part;
          part.renew(first, end);
        });
    int[] groupStarts = new int[Arrays.stream(parts).mapToInt(part -> part.groups).sum() + 1];
    int[] leaves = new int[Arrays.stream(parts).mapToInt(part -> part.leaves).sum()];
    float[][] fresh = new float[parts.length][];
    int[] centred = new int[Arrays.stream(parts).mapToInt(part -> part.fresh).sum()];
    int firstFresh = table.leaves();
    int next = 0;
    int group = 0;
    for (int i = 0; i < parts.length; i++) {
      Part part = parts[i];
      fresh[i] = part.centroids;
      for (int end = 0; end < part.groups; end++) {
        groupStarts[++group] = next + part.groupEnds[end];
      }
      for (int leaf = 0; leaf < part.leaves; leaf++) {
        int number = part.numbers[leaf];
        leaves[next++] = number >= 0 ? number : firstFresh + ~number;
      }
      System.arraycopy(part.centred, 0, centred, firstFresh - table.leaves(), part.fresh);
      firstFresh += part.fresh;
    }
    return new OpenLeaves(stored, points.dimension(), groupStarts, leaves, fresh, centred);
  }

  /** What becomes of some neighbouring groups; belongs to one thread. */
  private final class Part {
    private final OpenLeaves open;
    private final Members joined;
    private final int[] from;
    private final long seed;
    private final StoredLeaves.Cursor cursor = stored.cursor();
    private final Points.Reader reader = points.reader();
    private final float[] point = new float[points.dimension()];
    private int[] groupEnds = new int[CHUNK];
    private int groups;

    /** The stored leaf that goes on, or the complement of a new one's number in this part. */
    private int[] numbers = new int[64];

    private int leaves;
    private float[] centroids = new float[0];
    private int fresh;

    /** The stored leaf whose items stay in each new one, or -1. */
    private int[] centred = new int[16];

    Part(OpenLeaves open, Members joined, int[] from, long seed) {
      this.open = open;
      this.joined = joined;
      this.from = from;
      this.seed = seed;
    }

    void renew(int firstGroup, int endGroup) throws IOException {
      TwoMeans means = new TwoMeans(points);
      for (int group = firstGroup; group < endGroup; group++) {
        options.monitor().check();
        int first = leaves;
        int firstFresh = fresh;
        for (int place = open.groupStart(group); place < open.groupStart(group + 1); place++) {
          renewLeaf(place, open.storedLeaf(place), means);
        }
        if (leaves - first > 2 * Groups.SIZE && fresh > firstFresh) {
          regroup(first, Seeds.generator(options.seed(), Seeds.derive(~seed, group)));
        } else {
          endGroup(leaves);
        }
      }
      // Kept until the last part is done.
      centroids = Arrays.copyOf(centroids, fresh * point.length);
    }

    private void endGroup(int end) {
      if (groups == groupEnds.length) {
        groupEnds = Arrays.copyOf(groupEnds, 2 * groups);
      }
      groupEnds[groups++] = end;
    }

    /** Makes several groups of the leaves from {@code first} on. */
    private void regroup(int first, RandomGenerator random) throws IOException {
      int count = leaves - first;
      float[] all = new float[count * point.length];
      for (int i = 0; i < count; i++) {
        int number = numbers[first + i];
        if (number >= 0) {
          cursor.centroid(number, all, i * point.length);
        } else {
          System.arraycopy(centroids, ~number * point.length, all, i * point.length, point.length);
        }
      }
      Clusters clusters = new Clusters(all, point.length);
      clusters.find((count + Groups.SIZE - 1) / Groups.SIZE, random);
      Members grouped =
          Members.of(Arrays.copyOfRange(numbers, first, leaves), clusters.of(), clusters.count());
      System.arraycopy(grouped.items(), 0, numbers, first, count);
      for (int group = 0; group < clusters.count(); group++) {
        endGroup(first + grouped.starts()[group + 1]);
      }
    }

    private void renewLeaf(int place, int leaf, TwoMeans means) throws IOException {
      int size = from[place + 1] - from[place];
      // A build leaves some larger ones behind: they are divided when something joins them.
      boolean divided = size > mostItems && joined.count(place) > 0;
      int changed = table.leafItems(leaf) - staying[leaf] + joined.count(place);
      // Drawn once: what is due with some chance is so with any higher one.
      double due = changed == 0 ? 0 : draw(place, leaf) * size;
      boolean renewed = divided || due < RENEWAL * changed;
      if (!renewed && !(due < CENTRING * changed)) {
        add(leaf);
        return;
      }
      closed[leaf] = renewed;
      int at = from[place] + cursor.items(leaf, ordinals, items, from[place]);
      joined.copy(place, items, at);
      int[] starts = {from[place]};
      if (divided) {
        starts = divider.leaves(from[place], from[place + 1], Seeds.derive(seed, leaf), means);
      }
      for (int i = 0; i < starts.length; i++) {
        int end = i + 1 < starts.length ? starts[i + 1] : from[place + 1];
        addFresh(starts[i], end, renewed ? -1 : leaf);
      }
    }

    /** From 0 to 1, by what the leaf holds and what joins it: another number at every update. */
    private double draw(int place, int leaf) throws IOException {
      long content = staying[leaf];
      if (joined.count(place) > 0) {
        reader.load(joined.items()[joined.starts()[place]], point, 0);
        content = 31 * content + Arrays.hashCode(point);
      }
      long drawn = Seeds.derive(Seeds.derive(seed, leaf), content);
      return Seeds.generator(options.seed(), drawn).nextDouble();
    }

    private void add(int number) {
      if (leaves == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * leaves);
      }
      numbers[leaves++] = number;
    }

    private void addFresh(int start, int end, int centredLeaf) throws IOException {
      add(~fresh);
      if (fresh == centred.length) {
        centred = Arrays.copyOf(centred, 2 * fresh);
      }
      centred[fresh] = centredLeaf;
      int at = fresh++ * point.length;
      if (at == centroids.length) {
        centroids =
            Arrays.copyOf(
                centroids, Math.max(16 * point.length, at * 3 / 2 / point.length * point.length));
      }
      for (int i = start; i < end; i++) {
        reader.load(items[i], point, 0);
        FloatKernels.BEST.add(centroids, at, point, 0, 1f / (end - start), point.length);
      }
    }
  }
}
