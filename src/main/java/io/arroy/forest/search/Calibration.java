package io.arroy.forest.search;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much of the nearest the searches of one index miss: measured by its build, with some of its
 * items for queries. Block {@code META}, number {@value #NUMBER}; absent where it was not measured.
 *
 * @param items how many there were
 * @param changed how many of them are new since then
 * @param curves what was measured, by ascending number of items wanted
 */
record Calibration(int items, int changed, List<MissCurve> curves) {
  /** The block's number among the META blocks of its index. */
  static final int NUMBER = 4;

  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 4 * 4;
  private static final int CURVE_BYTES = 2 * 4;
  private static final int POINT_BYTES = 3 * 4;
  private static final int MOST = 64;

  /**
   * Queries that are not among the items miss two to three times as much as those that are, on text
   * and where some are unlike all items; the rest is for the luck of the sample.
   */
  private static final double STRANGER = 4;

  /** It is measured again once this part of the items is new or the items are so many fewer. */
  private static final int DRIFT_PART = 4;

  /** Copies the list. */
  Calibration {
    curves = List.copyOf(curves);
  }

  /** What a search should expect to miss of {@code k} items when it stops, as a share of them. */
  double expected(int k, double targetRecall) {
    double allowed = (1 - targetRecall) / STRANGER;
    MissCurve below = below(k);
    MissCurve above = above(k);
    double first = below.expectedFor(allowed);
    // The nearest of all is missed more often than its share among several.
    first *= Math.sqrt(Math.min(1, k / (double) below.k()));
    double last = above.k() > below.k() ? above.expectedFor(allowed) : first;
    return first * Math.pow(last / first, between(below, above, k));
  }

  /** What it spends until then, as {@link Walk} counts it. */
  double effort(int k, double targetRecall) {
    double allowed = (1 - targetRecall) / STRANGER;
    MissCurve below = below(k);
    MissCurve above = above(k);
    double first = below.effortFor(allowed);
    return first * Math.pow(above.effortFor(allowed) / first, between(below, above, k));
  }

  private MissCurve below(int k) {
    MissCurve below = curves.getFirst();
    for (MissCurve curve : curves) {
      below = curve.k() <= k ? curve : below;
    }
    return below;
  }

  private MissCurve above(int k) {
    for (MissCurve curve : curves) {
      if (curve.k() >= k) {
        return curve;
      }
    }
    return curves.getLast();
  }

  private static double between(MissCurve below, MissCurve above, int k) {
    return below.k() >= above.k()
        ? 0
        : Math.log(k / (double) below.k()) / Math.log(above.k() / (double) below.k());
  }

  /** The same after a build that brought new items, or nothing if that makes it too old. */
  Optional<Calibration> after(int itemsNow, int added) {
    long nowChanged = (long) changed + added;
    boolean isOld =
        nowChanged > items / DRIFT_PART || itemsNow < items - items / DRIFT_PART || itemsNow == 0;
    return isOld ? Optional.empty() : Optional.of(new Calibration(items, (int) nowChanged, curves));
  }

  /** Stores it. */
  void write(int index, BlockSink sink) throws IOException {
    int bytes = HEADER_BYTES;
    for (MissCurve curve : curves) {
      bytes += CURVE_BYTES + POINT_BYTES * curve.expected().length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(VERSION).putInt(items).putInt(changed).putInt(curves.size());
    for (MissCurve curve : curves) {
      buffer.putInt(curve.k()).putInt(curve.expected().length);
      for (int i = 0; i < curve.expected().length; i++) {
        buffer.putFloat(curve.expected()[i]);
        buffer.putFloat(curve.missed()[i]);
        buffer.putFloat(curve.effort()[i]);
      }
    }
    sink.put(key(index), MemorySegment.ofArray(buffer.array()));
  }

  /**
   * Reads what is stored of an index, if anything.
   *
   * @throws CorruptEnvironmentException if it holds what it cannot
   */
  static Optional<Calibration> read(BlockSource source, int index) throws IOException {
    Optional<Block> block = source.find(key(index));
    if (block.isEmpty()) {
      return Optional.empty();
    }
    long length = block.get().length();
    long most = HEADER_BYTES + MOST * (CURVE_BYTES + MOST * (long) POINT_BYTES);
    check(index, length >= HEADER_BYTES && length <= most, "is " + length + " bytes long");
    ByteBuffer buffer =
        block.get().cursor().read(0, (int) length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int version = buffer.getInt();
    check(index, version == VERSION, "has version " + version + ", not " + VERSION);
    int items = buffer.getInt();
    int changed = buffer.getInt();
    int count = buffer.getInt();
    check(index, items >= 0 && changed >= 0, "is of " + items + " items, " + changed + " changed");
    check(index, count > 0 && count <= MOST, "holds " + count + " curves");
    List<MissCurve> curves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      check(index, buffer.remaining() >= CURVE_BYTES, "ends early");
      MissCurve curve = curve(index, buffer);
      check(index, curves.isEmpty() || curves.getLast().k() < curve.k(), "is out of order");
      curves.add(curve);
    }
    check(index, buffer.remaining() == 0, "has " + buffer.remaining() + " bytes left over");
    return Optional.of(new Calibration(items, changed, curves));
  }

  private static MissCurve curve(int index, ByteBuffer buffer) throws CorruptEnvironmentException {
    int k = buffer.getInt();
    int points = buffer.getInt();
    check(index, k > 0 && points > 0 && points <= MOST, "has " + points + " points for k " + k);
    check(index, buffer.remaining() >= points * POINT_BYTES, "ends early");
    MissCurve curve = new MissCurve(k, new float[points], new float[points], new float[points]);
    for (int i = 0; i < points; i++) {
      float expected = buffer.getFloat();
      float missed = buffer.getFloat();
      float effort = buffer.getFloat();
      boolean descends = i == 0 || expected < curve.expected()[i - 1];
      check(index, expected > 0 && expected <= 1 && descends, "expects to miss " + expected);
      check(index, missed >= 0 && missed <= 1, "misses " + missed);
      check(index, effort > 0 && effort < Float.POSITIVE_INFINITY, "spends " + effort);
      curve.expected()[i] = expected;
      curve.missed()[i] = missed;
      curve.effort()[i] = effort;
    }
    return curve;
  }

  private static void check(int index, boolean holds, String otherwise)
      throws CorruptEnvironmentException {
    if (!holds) {
      throw new CorruptEnvironmentException("calibration of index " + index + " " + otherwise);
    }
  }

  private static BlockKey key(int index) {
    return new BlockKey(BlockKind.META, index, 0, NUMBER);
  }
}
