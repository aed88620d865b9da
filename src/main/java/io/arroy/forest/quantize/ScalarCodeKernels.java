package io.arroy.forest.quantize;

import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

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

  @Override
  void signs(float[] point, float[] centroid, float[] parts, int[] words) {
    Arrays.fill(parts, 0);
    for (int word = 0; word < words.length; word++) {
      int bits = 0;
      for (int i = 0; i < 32; i++) {
        float y = point[32 * word + i];
        float c = centroid[32 * word + i];
        float r = y - c;
        if (r >= 0) {
          bits |= 1 << i;
        }
        parts[0] += r * r;
        parts[1] += Math.abs(r);
        parts[2] += r * c;
        parts[3] += r >= 0 ? c : -c;
        parts[4] += y * y;
      }
      words[word] = bits;
    }
  }
}
