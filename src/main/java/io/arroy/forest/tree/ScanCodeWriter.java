package io.arroy.forest.tree;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.Encoder;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.quantize.ScanCode;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Stores the codes of all items by ordinal. */
final class ScanCodeWriter {
  /** Ordinals that one task encodes. */
  private static final int CHUNK = 512;

  /** Points that the center is the mean of, where no tree knows it. */
  private static final int SAMPLE = 4096;

  private final Points points;
  private final BuildOptions options;
  private final int index;
  private final BlockSink sink;
  private final KeptScanCodes kept;
  private final float[] center;
  private final Rotation rotation;
  private final int codeBytes;
  private final int slots;
  private final int perBlock;

  /**
   * Prepares to store codes.
   *
   * @param center what they are relative to, unless codes are kept
   * @param kept codes of an earlier index, or null
   */
  ScanCodeWriter(
      Points points,
      BuildOptions options,
      int index,
      float[] center,
      KeptScanCodes kept,
      BlockSink sink) {
    this.points = points;
    this.options = options;
    this.index = index;
    this.sink = sink;
    this.kept = kept;
    this.center = kept == null ? center : kept.from().center();
    this.rotation = new Rotation(points.dimension());
    this.codeBytes = ScanCode.bytes(rotation.dimension());
    this.slots = points.layout().slots();
    this.perBlock = 1 << ScanCodes.shift(points.layout(), rotation.dimension());
  }

  /** The mean of all points, as a tree knows it. */
  static float[] center(Tree tree, int dimension) {
    float[] mean = new float[dimension];
    int count = tree.items().length;
    for (int group = 0; group < tree.groups(); group++) {
      float share = (float) tree.groupItems(group) / count;
      FloatKernels.BEST.add(mean, 0, tree.groupCentroids(), group * dimension, share, dimension);
    }
    return mean;
  }

  /** The mean of some points, spread evenly. */
  static float[] center(Points points) throws IOException {
    int[] ordinals = new int[points.size()];
    points.ordinals(ordinals);
    int sample = Math.min(SAMPLE, ordinals.length);
    float[] mean = new float[points.dimension()];
    float[] point = new float[mean.length];
    Points.Reader reader = points.reader();
    for (int i = 0; i < sample; i++) {
      reader.load(ordinals[(int) ((long) i * ordinals.length / sample)], point, 0);
      FloatKernels.BEST.add(mean, 0, point, 0, 1f / sample, mean.length);
    }
    return mean;
  }

  void write() throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * center.length]);
    MemorySegment.copy(center, 0, bytes, Layouts.FLOAT, 0, center.length);
    sink.put(ScanCodes.centerKey(index), bytes);
    for (int block = 0; (long) block * perBlock < slots; block++) {
      int from = block * perBlock;
      options.monitor().progress("codes", from, slots);
      writeBlock(block, from, (int) Math.min(slots, (long) from + perBlock));
    }
  }

  private void writeBlock(int block, int from, int to) throws IOException {
    if (kept != null
        && kept.isStored(points, from, to, to - from == perBlock)
        && sink.keep(ScanCodes.key(index, block))) {
      return;
    }
    MemorySegment codes = MemorySegment.ofArray(new byte[(to - from) * codeBytes]);
    Parallel.run(
        options.executor(),
        from,
        to,
        CHUNK,
        (first, end) -> new Task().encode(first, end, from, codes));
    sink.put(ScanCodes.key(index, block), codes);
  }

  /** What encoding some items needs; belongs to one thread. */
  private final class Task {
    private final Points.Reader reader = points.reader();
    private final float[] point = new float[points.dimension()];
    private final Encoder encoder = new Encoder(rotation, points.subtractsHalfNorm());
    private final Records.Cursor old = kept == null ? null : kept.from().codes().cursor();

    Task() {
      encoder.centroid(center, 0, center.length);
    }

    void encode(int first, int end, int blockStart, MemorySegment codes) throws IOException {
      options.monitor().check();
      for (int ordinal = first; ordinal < end; ordinal++) {
        if (!points.has(ordinal)) {
          continue;
        }
        long at = (long) (ordinal - blockStart) * codeBytes;
        int before = kept == null ? -1 : kept.ordinals()[ordinal];
        if (before >= 0) {
          MemorySegment.copy(old.find(before), old.offset(before), codes, at, codeBytes);
        } else {
          reader.load(ordinal, point, 0);
          encoder.encode(point, 0, point.length, codes, at);
        }
      }
    }
  }
}
