package io.arroy.forest.quantize;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Loops on the Vector API: one lane a point, sixteen or eight at once. */
final class SimdCodeKernels extends CodeKernels {
  /** Up to sixteen lanes: their signs must fit one word. */
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Integer> INT8 = IntVector.SPECIES_256;
  private static final VectorSpecies<Float> FLOAT8 = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INT16 = IntVector.SPECIES_512;
  private static final VectorSpecies<Float> FLOAT16 = FloatVector.SPECIES_512;
  private static final boolean WIDE = IntVector.SPECIES_PREFERRED.length() >= 16;

  @Override
  public void estimate(
      QueryCode query, float base, MemorySegment run, int slots, int from, int to, float[] out) {
    int slot = from;
    if (WIDE) {
      for (; slot + 16 <= to; slot += 16) {
        estimate16(query, base, run, slots, slot, out, slot - from);
      }
    }
    for (; slot < to; slot += 8) {
      estimate8(query, base, run, slots, slot, out, slot - from);
    }
  }

  private static void estimate16(
      QueryCode query, float base, MemorySegment run, int slots, int slot, float[] out, int at) {
    IntVector dot0 = IntVector.zero(INT16);
    IntVector dot1 = dot0;
    IntVector dot2 = dot0;
    IntVector dot3 = dot0;
    long word = CodeLayout.bits(slots) + 4L * slot;
    int[] planes = query.planes;
    for (int plane = 0; plane < planes.length; plane += QueryCode.PLANES) {
      IntVector bits = IntVector.fromMemorySegment(INT16, run, word, LITTLE_ENDIAN);
      dot0 = dot0.add(bits.and(planes[plane]).lanewise(BIT_COUNT));
      dot1 = dot1.add(bits.and(planes[plane + 1]).lanewise(BIT_COUNT));
      dot2 = dot2.add(bits.and(planes[plane + 2]).lanewise(BIT_COUNT));
      dot3 = dot3.add(bits.and(planes[plane + 3]).lanewise(BIT_COUNT));
      word += 4L * slots;
    }
    IntVector dot =
        dot0.add(dot1.lanewise(LSHL, 1)).add(dot2.lanewise(LSHL, 2)).add(dot3.lanewise(LSHL, 3));
    finish(query, base, run, slots, slot, (FloatVector) dot.convert(I2F, 0), FLOAT16)
        .intoArray(out, at);
  }

  private static void estimate8(
      QueryCode query, float base, MemorySegment run, int slots, int slot, float[] out, int at) {
    IntVector dot0 = IntVector.zero(INT8);
    IntVector dot1 = dot0;
    IntVector dot2 = dot0;
    IntVector dot3 = dot0;
    long word = CodeLayout.bits(slots) + 4L * slot;
    int[] planes = query.planes;
    for (int plane = 0; plane < planes.length; plane += QueryCode.PLANES) {
      IntVector bits = IntVector.fromMemorySegment(INT8, run, word, LITTLE_ENDIAN);
      dot0 = dot0.add(bits.and(planes[plane]).lanewise(BIT_COUNT));
      dot1 = dot1.add(bits.and(planes[plane + 1]).lanewise(BIT_COUNT));
      dot2 = dot2.add(bits.and(planes[plane + 2]).lanewise(BIT_COUNT));
      dot3 = dot3.add(bits.and(planes[plane + 3]).lanewise(BIT_COUNT));
      word += 4L * slots;
    }
    IntVector dot =
        dot0.add(dot1.lanewise(LSHL, 1)).add(dot2.lanewise(LSHL, 2)).add(dot3.lanewise(LSHL, 3));
    finish(query, base, run, slots, slot, (FloatVector) dot.convert(I2F, 0), FLOAT8)
        .intoArray(out, at);
  }

  private static FloatVector finish(
      QueryCode query,
      float base,
      MemorySegment run,
      int slots,
      int slot,
      FloatVector dot,
      VectorSpecies<Float> species) {
    long at = 4L * slot;
    FloatVector steps =
        FloatVector.fromMemorySegment(species, run, CodeLayout.steps(slots) + at, LITTLE_ENDIAN);
    FloatVector sums =
        FloatVector.fromMemorySegment(species, run, CodeLayout.sums(slots) + at, LITTLE_ENDIAN);
    FloatVector corrections =
        FloatVector.fromMemorySegment(
            species, run, CodeLayout.corrections(slots) + at, LITTLE_ENDIAN);
    FloatVector scaled = dot.mul(query.twiceStep).sub(query.sum).mul(steps);
    return scaled.add(sums.mul(query.twiceLow)).add(corrections).add(base);
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
    parts[0] = squared.reduceLanes(ADD);
    parts[1] = absolute.reduceLanes(ADD);
    parts[2] = centred.reduceLanes(ADD);
    parts[3] = signed.reduceLanes(ADD);
    parts[4] = norm.reduceLanes(ADD);
  }
}
