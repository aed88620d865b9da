package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.Encoder;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Stores a built tree: its table, the centroids of its groups, and block by block the centroids and
 * the codes of its leaves.
 */
final class LeafWriter implements AutoCloseable {
  /** Leaves that one task encodes. */
  private static final int CHUNK = 32;

  private final Points points;
  private final PointCopies copies;
  private final BuildOptions options;
  private final int index;
  private final int number;
  private final Tree tree;
  private final KeptLeaves kept;
  private final BlockSink sink;
  private final int dimension;
  private final Rotation rotation;
  private final TreeTable table;
  private final int slotBytes;

  /** Slots before each group. */
  private final int[] groupSlotStarts;

  /** The codes of the leaves' centroids, a run a group. */
  private final MemorySegment groupCodes;

  /**
   * Prepares to store a tree.
   *
   * @param kept the leaves whose codes are copied, or null if all are new
   */
  LeafWriter(
      Points points,
      BuildOptions options,
      int index,
      int number,
      Tree tree,
      KeptLeaves kept,
      BlockSink sink) {
    this.options = options;
    this.index = index;
    this.number = number;
    this.tree = tree;
    this.kept = kept;
    this.sink = sink;
    this.dimension = points.dimension();
    this.rotation = new Rotation(dimension);
    this.slotBytes = CodeLayout.slotBytes(rotation.dimension());
    this.table = TreeTable.of(tree, slotBytes, 4 * dimension, points.layout(), kept);
    this.groupSlotStarts = table.groupSlotStarts();
    long groupBytes = (long) groupSlotStarts[table.groups()] * slotBytes;
    this.groupCodes = MemorySegment.ofArray(new byte[Math.toIntExact(groupBytes)]);
    this.copies = PointCopies.of(points, options);
    this.points = copies == null ? points : points.with(copies);
  }

  @Override
  public void close() {
    if (copies != null) {
      copies.close();
    }
  }

  void write() throws IOException {
    sink.put(
        new BlockKey(BlockKind.NODES, index, number, TreeTable.GROUP_CENTROIDS),
        bytes(tree.groupCentroids()));
    for (int block = 0; block < table.blocks(); block++) {
      options.monitor().progress("encode", table.blockStarts()[block], table.leaves());
      writeBlock(block);
    }
    sink.put(new BlockKey(BlockKind.NODES, index, number, TreeTable.GROUP_CODES), groupCodes);
    table.write(new BlockKey(BlockKind.NODES, index, number, TreeTable.NUMBER), sink);
  }

  private void writeBlock(int block) throws IOException {
    int first = table.blockStarts()[block];
    int end = table.blockStarts()[block + 1];
    BlockKey centroidKey =
        new BlockKey(BlockKind.CENTROIDS, index, number, table.blockNumber(block));
    BlockKey leafKey = new BlockKey(BlockKind.LEAVES, index, number, table.blockNumber(block));
    if (kept != null
        && kept.isStored(table, block)
        && sink.keep(centroidKey)
        && sink.keep(leafKey)) {
      encodeCentroids(first, end);
      return;
    }
    float[] centroids = new float[(end - first) * dimension];
    int[] slotStarts = new int[end - first + 1];
    for (int leaf = first; leaf < end; leaf++) {
      slotStarts[leaf - first + 1] = slotStarts[leaf - first] + table.leafSlots(leaf);
    }
    MemorySegment codes =
        MemorySegment.ofArray(new byte[Math.multiplyExact(slotStarts[end - first], slotBytes)]);
    int done = first;
    while (done < end) {
      int next = hold(done, end);
      Parallel.run(
          options.executor(),
          done,
          next,
          CHUNK,
          (from, to) -> {
            Task task = new Task();
            for (int leaf = from; leaf < to; leaf++) {
              int slot = slotStarts[leaf - first];
              task.write(leaf, centroids, (leaf - first) * dimension, codes, slot);
            }
          });
      done = next;
    }
    sink.put(centroidKey, bytes(centroids));
    sink.put(leafKey, codes);
  }

  /**
   * Brings the vectors that are to be encoded into memory, for as many leaves as fit.
   *
   * @return the first leaf that did not fit, or {@code end}
   */
  private int hold(int first, int end) throws IOException {
    if (copies == null) {
      return end;
    }
    KeptLeaves.Copier copier = kept == null ? null : kept.new Copier();
    int[] encoded = new int[copies.capacity()];
    int count = 0;
    int leaf = first;
    for (; leaf < end; leaf++) {
      int old = copier == null ? -1 : copier.leaf(leaf);
      int start = table.itemStarts()[leaf] + (old < 0 ? 0 : copier.staying(old));
      int length = table.itemStarts()[leaf + 1] - start;
      if (leaf > first && count + length > encoded.length) {
        break;
      }
      length = Math.min(length, encoded.length);
      System.arraycopy(tree.items(), start, encoded, count, length);
      count += length;
    }
    copies.hold(encoded, 0, count);
    return leaf;
  }

  /** Encodes the centroids of leaves that stay as they are. */
  private void encodeCentroids(int first, int end) throws IOException {
    Task task = new Task();
    float[] centroid = new float[dimension];
    for (int leaf = first; leaf < end; leaf++) {
      task.copier.centroid(task.copier.leaf(leaf), centroid, 0);
      task.encodeCentroid(leaf, centroid, 0);
    }
  }

  private static MemorySegment bytes(float[] values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * values.length]);
    MemorySegment.copy(values, 0, bytes, Layouts.FLOAT, 0, values.length);
    return bytes;
  }

  /** What encoding some leaves needs; belongs to one thread. */
  private final class Task {
    private final Points.Reader reader = points.reader();
    private final Encoder encoder = new Encoder(rotation, points.subtractsHalfNorm());
    private final KeptLeaves.Copier copier = kept == null ? null : kept.new Copier();
    private float[] leafPoints = new float[0];

    void write(int leaf, float[] centroids, int at, MemorySegment codes, int firstSlot)
        throws IOException {
      options.monitor().check();
      int items = table.leafItems(leaf);
      int slots = table.leafSlots(leaf);
      MemorySegment run = codes.asSlice((long) firstSlot * slotBytes, (long) slots * slotBytes);
      int old = copier == null ? -1 : copier.leaf(leaf);
      int encoded = 0;
      if (old >= 0) {
        copier.centroid(old, centroids, at);
        encoded = copier.codes(old, run, slots);
        load(leaf, encoded, items);
      } else {
        load(leaf, 0, items);
        for (int i = 0; i < items; i++) {
          FloatKernels.BEST.add(centroids, at, leafPoints, i * dimension, 1f / items, dimension);
        }
      }
      encodeCentroid(leaf, centroids, at);
      if (encoded < items) {
        encoder.centroid(centroids, at, dimension);
      }
      int start = table.itemStarts()[leaf];
      for (int i = encoded; i < items; i++) {
        encoder.encode(
            tree.items()[start + i], leafPoints, i * dimension, dimension, run, slots, i);
      }
      for (int i = items; i < slots; i++) {
        Encoder.pad(run, i);
      }
    }

    private void load(int leaf, int from, int to) throws IOException {
      if (leafPoints.length < to * dimension) {
        leafPoints = new float[to * dimension];
      }
      int start = table.itemStarts()[leaf];
      for (int i = from; i < to; i++) {
        reader.load(tree.items()[start + i], leafPoints, i * dimension);
      }
    }

    private void encodeCentroid(int leaf, float[] centroids, int at) {
      int group = table.groupOf(leaf);
      int slots = table.groupSlots(group);
      MemorySegment run =
          groupCodes.asSlice((long) groupSlotStarts[group] * slotBytes, (long) slots * slotBytes);
      float squaredNorm = FloatKernels.BEST.dot(centroids, at, centroids, at, dimension);
      float measure = Points.measure(points.subtractsHalfNorm(), squaredNorm);
      encoder.centroid(tree.groupCentroids(), group * dimension, dimension);
      int slot = leaf - table.groupStarts()[group];
      encoder.encode(Float.floatToIntBits(measure), centroids, at, dimension, run, slots, slot);
    }
  }
}
