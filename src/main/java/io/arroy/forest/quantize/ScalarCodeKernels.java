package io.arroy.forest.quantize;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Plain loops, for a JVM that runs without the vector module. */
final class ScalarCodeKernels extends CodeKernels {

  @Override
  public void estimate(
      QueryCode query, float base, MemorySegment run, int slots, int from, int to, float[] out) {
    int rows = query.tables.length / (2 * QueryCode.ENTRIES);
    int slotBytes = CodeLayout.slotBytes(8 * rows);
    for (int slot = from; slot < to; slot++) {
      long at = CodeLayout.firstBits(slots, slot, slotBytes);
      int dot = 0;
      for (int row = 0; row < rows; row++) {
        int bits = run.get(ValueLayout.JAVA_BYTE, at + (long) CodeLayout.PAD * row);
        int table = 2 * QueryCode.ENTRIES * row;
        dot += query.tables[table + (bits & 15)];
        dot += query.tables[table + QueryCode.ENTRIES + (bits >>> 4 & 15)];
      }
      float step = CodeLayout.step(run, slots, slot);
      float sums = CodeLayout.sum(run, slots, slot);
      float correction = CodeLayout.correction(run, slots, slot);
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
