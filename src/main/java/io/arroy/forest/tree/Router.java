package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Finds the leaf with the nearest centroid: a few of the nearest groups first, then the nearest of
 * their leaves. Works through many items at once, group by group, so that the centroids of a group
 * are read once for all that may belong there.
 */
final class Router {
  /** Items of a task, which holds their points in memory. */
  private static final int BATCH = 2048;

  /** Items compared with a panel at once. */
  private static final int TILE = 96;

  /** Groups compared at once. */
  private static final int BAND = 32;

  private final Points points;
  private final BuildOptions options;
  private final Centroids leaves;
  private final int most;
  private final int dimension;

  /** The groups that have a leaf. */
  private final int[] groups;

  private final List<Panel> groupPanels = new ArrayList<>();

  /**
   * Routes to these leaves, of which there must be one, looking at those of {@code most} groups.
   */
  Router(Points points, BuildOptions options, Centroids leaves, int most) throws IOException {
    this.most = most;
    this.points = points;
    this.options = options;
    this.leaves = leaves;
    this.dimension = points.dimension();
    this.groups =
        IntStream.range(0, leaves.groups())
            .filter(group -> leaves.groupStart(group) < leaves.groupStart(group + 1))
            .toArray();
    Centroids.Cursor cursor = leaves.cursor();
    float[] centroid = new float[dimension];
    float[] mean = new float[dimension];
    for (int i = 0; i < groups.length; i++) {
      if (i % BAND == 0) {
        options.monitor().check();
        groupPanels.add(new Panel(dimension));
        groupPanels.getLast().reset(Math.min(BAND, groups.length - i));
      }
      groupMean(cursor, groups[i], centroid, mean);
      groupPanels.getLast().add(mean, 0);
    }
  }

  /** Writes the mean of a group's centroids to {@code mean}, each of them to {@code centroid}. */
  private void groupMean(Centroids.Cursor cursor, int group, float[] centroid, float[] mean)
      throws IOException {
    int start = leaves.groupStart(group);
    int end = leaves.groupStart(group + 1);
    Arrays.fill(mean, 0);
    for (int place = start; place < end; place++) {
      cursor.centroid(place, centroid, 0);
      FloatKernels.BEST.add(mean, 0, centroid, 0, 1f / (end - start), dimension);
    }
  }

  /** The place of the leaf for each of these items. */
  int[] route(int[] ordinals) throws IOException {
    int[] leafOf = new int[ordinals.length];
    AtomicInteger routed = new AtomicInteger();
    options.monitor().progress("route", 0, ordinals.length);
    Parallel.run(
        options.executor(),
        0,
        ordinals.length,
        BATCH,
        (first, end) -> {
          new Batch(end - first).route(ordinals, first, leafOf);
          options.monitor().progress("route", routed.addAndGet(end - first), ordinals.length);
        });
    return leafOf;
  }

  /** Some items, with what finding their leaves needs; belongs to one thread. */
  private final class Batch {
    private final int count;
    private final int near = Math.min(most, groups.length);
    private final float[] rows;
    private final float[] tile = new float[TILE * dimension];

    /** The nearest groups of each row, as places in {@code groups}, nearest first. */
    private final int[] nearGroups;

    private final float[] nearBy;
    private final float[] best;
    private final float[] centroid = new float[dimension];
    private final Panel panel = new Panel(dimension);
    private float[] out = new float[TILE * BAND];

    Batch(int count) {
      this.count = count;
      this.rows = new float[count * dimension];
      this.nearGroups = new int[count * near];
      this.nearBy = new float[count * near];
      this.best = new float[count];
    }

    void route(int[] ordinals, int first, int[] leafOf) throws IOException {
      Points.Reader reader = points.reader();
      for (int i = 0; i < count; i++) {
        reader.load(ordinals[first + i], rows, i * dimension);
      }
      options.monitor().check();
      rankGroups();
      Arrays.fill(best, Float.NEGATIVE_INFINITY);
      Arrays.fill(leafOf, first, first + count, -1);
      Centroids.Cursor cursor = leaves.cursor();
      int[] starts = new int[groups.length + 1];
      int[] wanting = byGroup(starts);
      for (int group = 0; group < groups.length; group++) {
        if (starts[group] < starts[group + 1]) {
          options.monitor().check();
          compare(group, wanting, starts[group], starts[group + 1], cursor, first, leafOf);
        }
      }
    }

    private void rankGroups() {
      Arrays.fill(nearBy, Float.NEGATIVE_INFINITY);
      for (int row = 0; row < count; row += TILE) {
        int size = Math.min(TILE, count - row);
        System.arraycopy(rows, row * dimension, tile, 0, size * dimension);
        for (int band = 0; band < groupPanels.size(); band++) {
          Panel centroids = groupPanels.get(band);
          centroids.nearness(tile, size, out);
          for (int r = 0; r < size; r++) {
            for (int c = 0; c < centroids.size(); c++) {
              keep(row + r, band * BAND + c, out[r * centroids.stride() + c]);
            }
          }
        }
      }
    }

    /** Notes a group if it is among the nearest so far. */
    private void keep(int row, int group, float nearness) {
      int from = row * near;
      int at = from + near - 1;
      // What is not a number is far away; groups not yet named stand for the first.
      if (!(nearness > nearBy[at])) {
        return;
      }
      while (at > from && nearness > nearBy[at - 1]) {
        nearBy[at] = nearBy[at - 1];
        nearGroups[at] = nearGroups[at - 1];
        at--;
      }
      nearBy[at] = nearness;
      nearGroups[at] = group;
    }

    /** The rows that each group is near to, group after group. */
    private int[] byGroup(int[] starts) {
      for (int group : nearGroups) {
        starts[group + 1]++;
      }
      for (int i = 1; i < starts.length; i++) {
        starts[i] += starts[i - 1];
      }
      int[] next = Arrays.copyOf(starts, groups.length);
      int[] wanting = new int[nearGroups.length];
      for (int i = 0; i < nearGroups.length; i++) {
        wanting[next[nearGroups[i]]++] = i / near;
      }
      return wanting;
    }

    private void compare(
        int group,
        int[] wanting,
        int from,
        int to,
        Centroids.Cursor cursor,
        int first,
        int[] leafOf)
        throws IOException {
      int start = leaves.groupStart(groups[group]);
      int end = leaves.groupStart(groups[group] + 1);
      panel.reset(end - start);
      for (int place = start; place < end; place++) {
        cursor.centroid(place, centroid, 0);
        panel.add(centroid, 0);
      }
      if (out.length < TILE * panel.stride()) {
        out = new float[TILE * panel.stride()];
      }
      for (int i = from; i < to; i += TILE) {
        int size = Math.min(TILE, to - i);
        for (int r = 0; r < size; r++) {
          System.arraycopy(rows, wanting[i + r] * dimension, tile, r * dimension, dimension);
        }
        panel.nearness(tile, size, out);
        for (int r = 0; r < size; r++) {
          int row = wanting[i + r];
          for (int c = 0; c < panel.size(); c++) {
            float nearness = out[r * panel.stride() + c];
            if (nearness > best[row] || leafOf[first + row] < 0) {
              best[row] = nearness;
              leafOf[first + row] = start + c;
            }
          }
        }
      }
    }
  }
}
