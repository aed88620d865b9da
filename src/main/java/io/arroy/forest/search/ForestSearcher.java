package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Layouts;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.Points;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;

/** Searches the items of one index through its forest. Safe for use by many threads. */
public final class ForestSearcher {
  private static final int BATCH = 64;

  private final IndexDescription description;
  private final Vectors vectors;
  private final StoredTree[] trees;

  private ForestSearcher(IndexDescription description, Vectors vectors, StoredTree[] trees) {
    this.description = description;
    this.vectors = vectors;
    this.trees = trees;
  }

  /**
   * Opens the forest of an index.
   *
   * @throws CorruptEnvironmentException if a part is missing or contradicts another
   */
  public static ForestSearcher open(
      BlockSource source, ItemsHeader items, ForestHeader forest, Vectors vectors)
      throws IOException {
    IndexDescription description = items.description();
    StoredTree[] trees = new StoredTree[forest.trees()];
    for (int i = 0; i < trees.length; i++) {
      trees[i] =
          StoredTree.open(
              source, description.index(), i, items.count(), Points.dimension(description));
    }
    return new ForestSearcher(description, vectors, trees);
  }

  /** The nearest items to a vector of floats. */
  public void search(float[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    Scorer scorer = Scorer.of(description, vectors, query);
    search(Arrays.copyOf(query, Points.dimension(description)), scorer, options, collector);
  }

  /** The nearest items to a vector of bytes. */
  public void search(byte[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    Scorer scorer = Scorer.of(description, vectors, query);
    float[] point = new float[Points.dimension(description)];
    for (int i = 0; i < query.length; i++) {
      point[i] = query[i];
    }
    search(point, scorer, options, collector);
  }

  private void search(float[] point, Scorer scorer, SearchOptions options, HitCollector collector)
      throws IOException {
    int wanted = Math.min(options.k(), Math.min(options.acceptedCount(), vectors.size()));
    if (wanted == 0) {
      return;
    }
    int budget = options.budget();
    if (budget == SearchOptions.DEFAULT_BUDGET) {
      budget = (int) Math.min(Integer.MAX_VALUE, Math.max(2000L, 20L * options.k()));
    }
    Sink sink = new Sink(scorer, collector);
    if (trees.length == 0 || Math.min(vectors.size(), options.acceptedCount()) <= budget) {
      scan(options.accepted(), sink);
    } else {
      Points.toQuery(description, point);
      walk(point, options.accepted(), Math.max(wanted, budget), sink);
    }
    sink.flush();
  }

  private void scan(Bits accepted, Sink sink) throws IOException {
    int size = vectors.size();
    if (accepted instanceof BitSet bits) {
      int limit = Math.min(size, bits.length());
      int ordinal = limit == 0 ? size : bits.nextSetBit(0);
      while (ordinal < limit && sink.add(ordinal)) {
        ordinal = ordinal + 1 < limit ? bits.nextSetBit(ordinal + 1) : size;
      }
      return;
    }
    for (int ordinal = 0; ordinal < size; ordinal++) {
      if ((accepted == null || accepted.get(ordinal)) && !sink.add(ordinal)) {
        return;
      }
    }
  }

  private void walk(float[] point, Bits accepted, int budget, Sink sink) throws IOException {
    long[] order = rank(point);
    OrdinalSet seen = trees.length > 1 ? new OrdinalSet(Math.min(budget, vectors.size())) : null;
    int taken = 0;
    Block.Cursor[][] cursors = new Block.Cursor[trees.length][];
    for (int i = order.length - 1; i >= 0 && taken < budget; i--) {
      int at = (int) order[i];
      int tree = 0;
      while (at >= trees[tree].table.leaves()) {
        at -= trees[tree++].table.leaves();
      }
      if (cursors[tree] == null) {
        cursors[tree] = new Block.Cursor[trees[tree].table.blocks()];
      }
      int block = trees[tree].table.blockOf(at);
      if (cursors[tree][block] == null) {
        cursors[tree][block] = trees[tree].leafBlock(block).cursor();
      }
      int items = trees[tree].table.leafItems(at);
      MemorySegment ordinals =
          cursors[tree][block].read(4L * trees[tree].table.itemInBlock(at, block), 4 * items);
      for (int item = 0; item < items; item++) {
        int ordinal = ordinals.getAtIndex(Layouts.INT, item);
        if (ordinal < 0 || ordinal >= vectors.size()) {
          throw new CorruptEnvironmentException(
              "a leaf of index "
                  + description.index()
                  + " holds ordinal "
                  + ordinal
                  + " of "
                  + vectors.size());
        }
        if ((accepted == null || accepted.get(ordinal)) && (seen == null || seen.add(ordinal))) {
          taken++;
          if (!sink.add(ordinal)) {
            return;
          }
        }
      }
    }
  }

  /**
   * All leaves of all trees, the nearest centroid last; the low half of each value numbers them.
   */
  private long[] rank(float[] point) throws IOException {
    int leaves = 0;
    for (StoredTree tree : trees) {
      leaves += tree.table.leaves();
    }
    long[] order = new long[leaves];
    int at = 0;
    for (StoredTree tree : trees) {
      for (int block = 0; block < tree.centroidBlocks(); block++) {
        Block.Cursor cursor = tree.centroidBlock(block).cursor();
        int count =
            Math.min(
                tree.centroidsPerBlock(), tree.table.leaves() - block * tree.centroidsPerBlock());
        for (int i = 0; i < count; i++) {
          MemorySegment centroid =
              cursor.read((long) i * tree.centroidBytes(), tree.centroidBytes());
          order[at] = (long) sortable(nearness(point, centroid)) << 32 | at;
          at++;
        }
      }
    }
    Arrays.sort(order);
    return order;
  }

  private float nearness(float[] point, MemorySegment centroid) {
    float dot = FloatKernels.BEST.dot(point, centroid, 0);
    float norm = FloatKernels.BEST.squaredNorm(centroid, 0, point.length);
    boolean angular =
        description.distance() == Distance.COSINE || description.distance() == Distance.DOT_PRODUCT;
    float nearness = angular ? dot / (float) Math.sqrt(norm) : dot - norm / 2;
    return Float.isNaN(nearness) ? Float.NEGATIVE_INFINITY : nearness;
  }

  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ ((bits >> 31) & 0x7FFFFFFF);
  }

  /** Scores ordinals in batches and offers them to the collector. */
  private static final class Sink {
    private final Scorer scorer;
    private final HitCollector collector;
    private final int[] batch = new int[BATCH];
    private final float[] proximities = new float[BATCH];
    private int size;

    Sink(Scorer scorer, HitCollector collector) {
      this.scorer = scorer;
      this.collector = collector;
    }

    /** Takes an ordinal; false if the search is to stop. */
    boolean add(int ordinal) throws IOException {
      batch[size++] = ordinal;
      return size < BATCH || flush();
    }

    boolean flush() throws IOException {
      if (size > 0 && !collector.stopped()) {
        scorer.proximities(batch, size, proximities);
        collector.scored(size);
        for (int i = 0; i < size; i++) {
          collector.collect(batch[i], proximities[i]);
        }
      }
      size = 0;
      return !collector.stopped();
    }
  }
}
