package io.arroy.forest.distance;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds the lanes of a vector in one fixed order. {@code reduceLanes} leaves the order open, and
 * compiled code takes another than interpreted code: equal builds would give unequal bytes.
 */
public final class Lanes {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int COUNT = SPECIES.length();
  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private Lanes() {}

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) % COUNT);
  }

  /** The sum of all lanes of a vector of the preferred species. */
  public static float sum(FloatVector vector) {
    FloatVector sums = vector;
    if (COUNT > 8) {
      sums = sums.add(sums.rearrange(BY_8));
    }
    if (COUNT > 4) {
      sums = sums.add(sums.rearrange(BY_4));
    }
    if (COUNT > 2) {
      sums = sums.add(sums.rearrange(BY_2));
    }
    return sums.add(sums.rearrange(BY_1)).lane(0);
  }
}
