package io.arroy.forest.quantize;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2F;

import io.arroy.forest.distance.Lanes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Loops on the Vector API: one lane a point, sixteen at once. */
final class SimdCodeKernels extends CodeKernels {
  /** Up to sixteen lanes: their signs must fit one word. */
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /** Sixteen points, and sixteen entries of a table: one shuffle looks all of them up. */
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;

  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;
  private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;

  /** Pairs of rows whose sums, 240 at the most, a signed 16-bit lane holds. */
  private static final int PAIRS = 128;

  @Override
  public void estimate(
      QueryCode query, float base, MemorySegment run, int slots, int from, int to, float[] out) {
    int pairs = query.tables.length / (4 * QueryCode.ENTRIES);
    int slotBytes = CodeLayout.slotBytes(16 * pairs);
    for (int slot = from; slot < to; slot += CodeLayout.PAD) {
      long table = CodeLayout.table(slots, slot, slotBytes);
      int end = Math.min(pairs, PAIRS);
      sums(query.tables, run, table, 0, end, out, slot - from, false);
      for (int pair = end; pair < pairs; pair = end) {
        end = Math.min(pairs, pair + PAIRS);
        sums(query.tables, run, table, pair, end, out, slot - from, true);
      }
    }
    long steps = CodeLayout.steps(slots) + 4L * from;
    long sums = CodeLayout.sums(slots) + 4L * from;
    long corrections = CodeLayout.corrections(slots) + 4L * from;
    for (int i = 0; i < to - from; i += EIGHT.length()) {
      FloatVector dot = FloatVector.fromArray(EIGHT, out, i);
      FloatVector scaled = dot.mul(query.twiceStep).sub(query.sum);
      FloatVector low = column(run, sums + 4L * i).mul(query.twiceLow);
      scaled
          .mul(column(run, steps + 4L * i))
          .add(low)
          .add(column(run, corrections + 4L * i))
          .add(base)
          .intoArray(out, i);
    }
  }

  /**
   * The sums of levels of sixteen slots over some pairs of rows; added to what was there or not.
   */
  private static void sums(
      byte[] tables,
      MemorySegment run,
      long table,
      int fromPair,
      int toPair,
      float[] out,
      int at,
      boolean add) {
    ShortVector both = ShortVector.zero(SHORTS);
    ShortVector odd = both;
    // Rows are of multiples of 32 coordinates, so pairs come in twos.
    for (int pair = fromPair; pair < toPair; pair += 2) {
      ShortVector one = pair(tables, run, table, pair);
      ShortVector two = pair(tables, run, table, pair + 1);
      both = both.add(one).add(two);
      odd = odd.add(one.lanewise(LSHR, 8)).add(two.lanewise(LSHR, 8));
    }
    ShortVector even = both.sub(odd.lanewise(LSHL, 8));
    FloatVector first = (FloatVector) even.convertShape(S2F, EIGHT, 0);
    FloatVector second = (FloatVector) odd.convertShape(S2F, EIGHT, 0);
    if (add) {
      first = first.add(FloatVector.fromArray(EIGHT, out, at));
      second = second.add(FloatVector.fromArray(EIGHT, out, at + 8));
    }
    first.intoArray(out, at);
    second.intoArray(out, at + 8);
  }

  private static ShortVector pair(byte[] tables, MemorySegment run, long table, int pair) {
    int entries = 4 * QueryCode.ENTRIES * pair;
    long row = table + 2L * CodeLayout.PAD * pair;
    ByteVector bits = ByteVector.fromMemorySegment(BYTES, run, row, LITTLE_ENDIAN);
    ByteVector more = ByteVector.fromMemorySegment(BYTES, run, row + CodeLayout.PAD, LITTLE_ENDIAN);
    return lookUp(tables, entries, bits)
        .add(lookUp(tables, entries + QueryCode.ENTRIES, upper(bits)))
        .add(lookUp(tables, entries + 2 * QueryCode.ENTRIES, more))
        .add(lookUp(tables, entries + 3 * QueryCode.ENTRIES, upper(more)))
        .reinterpretAsShorts();
  }

  /** Selecting looks at the lower four bits alone. */
  private static ByteVector lookUp(byte[] tables, int at, ByteVector bits) {
    return bits.selectFrom(ByteVector.fromArray(BYTES, tables, at));
  }

  private static ByteVector upper(ByteVector bits) {
    return bits.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes();
  }

  private static FloatVector column(MemorySegment run, long at) {
    return FloatVector.fromMemorySegment(EIGHT, run, at, LITTLE_ENDIAN);
  }

  @Override
  void signs(float[] point, float[] centroid, float[] parts, int[] words) {
    int lanes = FLOATS.length();
    FloatVector squared = FloatVector.zero(FLOATS);
    FloatVector absolute = squared;
    FloatVector centred = squared;
    FloatVector signed = squared;
    FloatVector norm = squared;
    Arrays.fill(words, 0);
    for (int i = 0; i < point.length; i += lanes) {
      FloatVector y = FloatVector.fromArray(FLOATS, point, i);
      FloatVector c = FloatVector.fromArray(FLOATS, centroid, i);
      FloatVector r = y.sub(c);
      VectorMask<Float> positive = r.compare(GE, 0f);
      words[i >>> 5] |= (int) positive.toLong() << i;
      squared = r.fma(r, squared);
      absolute = absolute.add(r.abs());
      centred = r.fma(c, centred);
      signed = signed.add(c.neg().blend(c, positive));
      norm = y.fma(y, norm);
    }
    parts[0] = Lanes.sum(squared);
    parts[1] = Lanes.sum(absolute);
    parts[2] = Lanes.sum(centred);
    parts[3] = Lanes.sum(signed);
    parts[4] = Lanes.sum(norm);
  }
}
