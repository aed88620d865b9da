package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.lucene.util.ArrayUtil;

/**
 * The middle step of an update: divides leaves that outgrew their size, renews and centres leaves
 * of which much changed, as {@link TreeUpdater} says, and groups leaves that have become too many.
 */
final class RenewedLeaves {
  /**
   * A leaf is divided when it has outgrown this share of the leaf size, into leaves no larger than
   * that. Leaves are then about as large as in a fresh forest: larger ones find less for the same
   * budget.
   */
  private static final float MOST_SHARE = .9f;

  /** The chance of a leaf to be renewed is so many times the share of it that changed. */
  private static final float RENEWAL = .5f;

  /**
   * The chance of a leaf to be renewed or centred is so many times the share of it that changed.
   * Centring costs less, as no item looks for another leaf.
   */
  private static final float CENTRING = 3;

  /** Groups that one task updates. */
  private static final int CHUNK = 8;

  private final TreeUpdate update;
  private final TreeTable table;
  private final int mostItems;

  RenewedLeaves(TreeUpdate update) {
    this.update = update;
    this.table = update.stored().table();
    this.mostItems = mostItems(update.options());
  }

  /** Leaves of an updated forest hold no more than so many items when they are made. */
  static int mostItems(BuildOptions options) {
    return Math.max(BuildOptions.MIN_LEAF_SIZE, Math.round(MOST_SHARE * options.leafSize()));
  }

  /**
   * The leaves that go on, and new ones.
   *
   * @param open leaves that are there
   * @param joined those who join each stored leaf
   */
  OpenLeaves renew(OpenLeaves open, Members joined, long seed) throws IOException {
    int[] from = new int[open.size() + 1];
    for (int place = 0; place < open.size(); place++) {
      int leaf = open.storedLeaf(place);
      from[place + 1] = from[place] + update.staying()[leaf] + joined.count(leaf);
    }
    update.options().monitor().progress("renew", 0, open.groups());
    Part[] parts = new Part[(open.groups() + CHUNK - 1) / CHUNK];
    Parallel.run(
        update.options().executor(),
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
    int[] stayed = new int[Arrays.stream(parts).mapToInt(part -> part.stayed).sum()];
    int[] stayedStarts = new int[Arrays.stream(parts).mapToInt(part -> part.fresh).sum() + 1];
    int firstStayed = 0;
    int firstFresh = 0;
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
        leaves[next++] = number >= 0 ? number : table.leaves() + firstFresh + ~number;
      }
      for (int leaf = 0; leaf < part.fresh; leaf++) {
        stayedStarts[firstFresh + leaf + 1] = firstStayed + part.stayedEnds[leaf];
      }
      System.arraycopy(part.stayedItems, 0, stayed, firstStayed, part.stayed);
      firstStayed += part.stayed;
      firstFresh += part.fresh;
    }
    return new OpenLeaves(
        update.stored(),
        update.points().dimension(),
        groupStarts,
        leaves,
        fresh,
        new Members(stayed, stayedStarts));
  }

  /** What becomes of some neighbouring groups; belongs to one thread. */
  private final class Part {
    private final OpenLeaves open;
    private final Members joined;
    private final int[] from;
    private final long seed;
    private final StoredLeaves.Cursor cursor = update.stored().cursor();
    private final Points.Reader reader = update.points().reader();
    private final float[] point = new float[update.points().dimension()];

    /** The centroid of a leaf that is divided. */
    private final float[] before = new float[update.points().dimension()];

    private int[] groupEnds = new int[CHUNK];
    private int groups;

    /** The stored leaf that goes on, or the complement of a new one's number in this part. */
    private int[] numbers = new int[64];

    private int leaves;
    private float[] centroids = new float[0];
    private int fresh;

    /** Items that stay in a new leaf, leaf after leaf. */
    private int[] stayedItems = new int[256];

    private int[] stayedEnds = new int[16];
    private int stayed;

    Part(OpenLeaves open, Members joined, int[] from, long seed) {
      this.open = open;
      this.joined = joined;
      this.from = from;
      this.seed = seed;
    }

    void renew(int firstGroup, int endGroup) throws IOException {
      TwoMeans means = new TwoMeans(update.points());
      for (int group = firstGroup; group < endGroup; group++) {
        update.options().monitor().check();
        int first = leaves;
        int firstFresh = fresh;
        for (int place = open.groupStart(group); place < open.groupStart(group + 1); place++) {
          renewLeaf(place, open.storedLeaf(place), means);
        }
        if (leaves - first > 2 * Groups.SIZE && fresh > firstFresh) {
          regroup(first, Seeds.generator(update.options().seed(), Seeds.derive(~seed, group)));
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
      boolean divided = size > mostItems && joined.count(leaf) > 0;
      int changed = table.leafItems(leaf) - update.staying()[leaf] + joined.count(leaf);
      // Drawn once: what is due with some chance is so with any higher one.
      double due = changed == 0 ? 0 : draw(leaf) * size;
      boolean renewed = divided || due < RENEWAL * changed;
      if (!renewed && !(due < CENTRING * changed)) {
        add(leaf);
        return;
      }
      update.closed()[leaf] = true;
      int start = from[place];
      int end = from[place + 1];
      int joinedStart = start + cursor.items(leaf, update.ordinals(), update.items(), start);
      joined.copy(leaf, update.items(), joinedStart);
      if (divided) {
        cursor.centroid(leaf, before, 0);
        int[] starts = update.divider().leaves(start, end, Seeds.derive(seed, leaf), means);
        for (int i = 0; i < starts.length; i++) {
          int partEnd = i + 1 < starts.length ? starts[i + 1] : end;
          addFresh(starts[i], partEnd);
          stayWhereNearer(starts[i], partEnd);
        }
      } else {
        addFresh(start, end);
        if (!renewed) {
          stay(start, end);
        }
      }
    }

    /** From 0 to 1, by what the leaf holds and what joins it: another number at every update. */
    private double draw(int leaf) throws IOException {
      long content = update.staying()[leaf];
      if (joined.count(leaf) > 0) {
        reader.load(joined.items()[joined.starts()[leaf]], point, 0);
        content = 31 * content + Arrays.hashCode(point);
      }
      long drawn = Seeds.derive(Seeds.derive(seed, leaf), content);
      return Seeds.generator(update.options().seed(), drawn).nextDouble();
    }

    private void add(int number) {
      if (leaves == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * leaves);
      }
      numbers[leaves++] = number;
    }

    /** Adds a leaf with the mean of these items, none of which stays yet. */
    private void addFresh(int start, int end) throws IOException {
      add(~fresh);
      int at = fresh * point.length;
      if (at == centroids.length) {
        centroids =
            Arrays.copyOf(
                centroids, Math.max(16 * point.length, at * 3 / 2 / point.length * point.length));
      }
      for (int i = start; i < end; i++) {
        reader.load(update.items()[i], point, 0);
        FloatKernels.BEST.add(centroids, at, point, 0, 1f / (end - start), point.length);
      }
      if (fresh == stayedEnds.length) {
        stayedEnds = Arrays.copyOf(stayedEnds, 2 * fresh);
      }
      stayedEnds[fresh++] = stayed;
    }

    /** Leaves items in the leaf added last. */
    private void stay(int start, int end) {
      stayedItems = ArrayUtil.grow(stayedItems, stayed + end - start);
      System.arraycopy(update.items(), start, stayedItems, stayed, end - start);
      stayed += end - start;
      stayedEnds[fresh - 1] = stayed;
    }

    /** Leaves items in the leaf added last, of a divided one, if they are nearer to it. */
    private void stayWhereNearer(int start, int end) throws IOException {
      int at = (fresh - 1) * point.length;
      float shift = (squaredNorm(centroids, at) - squaredNorm(before, 0)) / 2;
      for (int i = start; i < end; i++) {
        reader.load(update.items()[i], point, 0);
        if (dot(centroids, at) - dot(before, 0) >= shift) {
          stay(i, i + 1);
        }
      }
    }

    private float squaredNorm(float[] vectors, int at) {
      return FloatKernels.BEST.dot(vectors, at, vectors, at, point.length);
    }

    private float dot(float[] vectors, int at) {
      return FloatKernels.BEST.dot(point, 0, vectors, at, point.length);
    }
  }
}
