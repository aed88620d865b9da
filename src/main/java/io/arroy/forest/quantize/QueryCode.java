package io.arroy.forest.quantize;

/**
 * A query quantized to four bits a coordinate, as tables to look the bits of codes up in: four bits
 * at once, like the fast scan of André, Kermarrec and Le Scouarnec ("Cache locality is not enough:
 * high-performance nearest neighbor search with product quantization fast scan", VLDB 2015). Made
 * once per query; safe for use by many threads.
 */
public final class QueryCode {
  private static final int LEVELS = 15;

  /**
   * For every four coordinates {@value #ENTRIES} bytes: the sum of the levels of those whose bits
   * are set in the entry's number, 60 at the most.
   */
  final byte[] tables;

  /** Entries of a table. */
  static final int ENTRIES = 16;

  /** What one level of a coordinate is worth, twice. */
  final float twiceStep;

  /** The value of level 0, twice. */
  final float twiceLow;

  /** The sum of all quantized coordinates. */
  final float sum;

  /**
   * Quantizes a query.
   *
   * @param query its coordinates; not changed
   */
  public QueryCode(Rotation rotation, float[] query) {
    float[] x = java.util.Arrays.copyOf(query, rotation.dimension());
    rotation.rotate(x);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float step = (high - low) / LEVELS;
    float inverse = step > 0 ? 1 / step : 0;
    tables = new byte[x.length / 4 * ENTRIES];
    long levels = 0;
    for (int i = 0; i < x.length; i++) {
      int level = Math.min(LEVELS, Math.round((x[i] - low) * inverse));
      levels += level;
      int table = i / 4 * ENTRIES;
      int bit = 1 << i % 4;
      // Each entry with this bit is one that was made without it, plus this level.
      for (int entry = bit; entry < 2 * bit; entry++) {
        tables[table + entry] = (byte) (tables[table + entry - bit] + level);
      }
    }
    twiceStep = 2 * step;
    twiceLow = 2 * low;
    sum = (float) ((double) low * x.length + (double) step * levels);
  }
}
