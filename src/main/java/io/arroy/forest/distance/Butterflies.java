package io.arroy.forest.distance;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The Walsh-Hadamard transform on the Vector API: first within vectors, then across them. */
final class Butterflies {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final VectorShuffle<Float> PARTNER_1 = partner(1);
  private static final VectorShuffle<Float> PARTNER_2 = partner(2);
  private static final VectorShuffle<Float> PARTNER_4 = partner(4);
  private static final VectorShuffle<Float> PARTNER_8 = partner(8);
  private static final FloatVector SIGN_1 = sign(1);
  private static final FloatVector SIGN_2 = sign(2);
  private static final FloatVector SIGN_4 = sign(4);
  private static final FloatVector SIGN_8 = sign(8);

  private Butterflies() {}

  private static VectorShuffle<Float> partner(int half) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ half) % LANES);
  }

  private static FloatVector sign(int half) {
    float[] signs = new float[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      signs[lane] = (lane & half) == 0 ? 1 : -1;
    }
    return FloatVector.fromArray(SPECIES, signs, 0);
  }

  /** See {@link FloatKernels#hadamard}. */
  static void transform(float[] x, int from, int width) {
    for (int i = from; i < from + width; i += LANES) {
      within(FloatVector.fromArray(SPECIES, x, i)).intoArray(x, i);
    }
    int half = LANES;
    for (; 4 * half <= width; half *= 4) {
      for (int start = from; start < from + width; start += 4 * half) {
        twice(x, start, half);
      }
    }
    if (half < width) {
      for (int i = from; i < from + half; i += LANES) {
        FloatVector a = FloatVector.fromArray(SPECIES, x, i);
        FloatVector b = FloatVector.fromArray(SPECIES, x, i + half);
        a.add(b).intoArray(x, i);
        a.sub(b).intoArray(x, i + half);
      }
    }
  }

  private static FloatVector within(FloatVector vector) {
    FloatVector v = vector;
    v = v.fma(SIGN_1, v.rearrange(PARTNER_1));
    v = v.fma(SIGN_2, v.rearrange(PARTNER_2));
    if (LANES > 4) {
      v = v.fma(SIGN_4, v.rearrange(PARTNER_4));
    }
    if (LANES > 8) {
      v = v.fma(SIGN_8, v.rearrange(PARTNER_8));
    }
    return v;
  }

  /** Two rounds at once, over values {@code half} and twice that apart. */
  private static void twice(float[] x, int start, int half) {
    for (int i = start; i < start + half; i += LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      FloatVector b = FloatVector.fromArray(SPECIES, x, i + half);
      FloatVector c = FloatVector.fromArray(SPECIES, x, i + 2 * half);
      FloatVector d = FloatVector.fromArray(SPECIES, x, i + 3 * half);
      FloatVector e = a.add(b);
      FloatVector f = a.sub(b);
      FloatVector g = c.add(d);
      FloatVector h = c.sub(d);
      e.add(g).intoArray(x, i);
      f.add(h).intoArray(x, i + half);
      e.sub(g).intoArray(x, i + 2 * half);
      f.sub(h).intoArray(x, i + 3 * half);
    }
  }
}
