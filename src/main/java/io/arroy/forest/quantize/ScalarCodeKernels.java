package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;

/** Plain loops, for a JVM that runs without the vector module. */
final class ScalarCodeKernels extends CodeKernels {

  @Override
  public void estimate(
      QueryCode query, float base, MemorySegment run, int slots, int from, int to, float[] out) {
    int words = query.planes.length / QueryCode.PLANES;
    for (int slot = from; slot < to; slot++) {
      int dot = 0;
      for (int word = 0; word < words; word++) {
        int bits = run.get(Layouts.INT, CodeLayout.bits(slots) + 4L * ((long) word * slots + slot));
        int at = QueryCode.PLANES * word;
        dot +=
            Integer.bitCount(bits & query.planes[at])
                + 2 * Integer.bitCount(bits & query.planes[at + 1])
                + 4 * Integer.bitCount(bits & query.planes[at + 2])
                + 8 * Integer.bitCount(bits & query.planes[at + 3]);
      }
      float step = run.get(Layouts.FLOAT, CodeLayout.steps(slots) + 4L * slot);
      float sums = run.get(Layouts.FLOAT, CodeLayout.sums(slots) + 4L * slot);
      float correction = run.get(Layouts.FLOAT, CodeLayout.corrections(slots) + 4L * slot);
      out[slot - from] =
          base + correction + step * (query.twiceStep * dot - query.sum) + query.twiceLow * sums;
    }
  }
}
