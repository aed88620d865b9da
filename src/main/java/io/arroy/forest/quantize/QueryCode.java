package io.arroy.forest.quantize;

/**
 * A query quantized to four bits a coordinate, as four planes of bits to compare with the bits of
 * codes. Made once per query; safe for use by many threads.
 */
public final class QueryCode {
  static final int PLANES = 4;
  private static final int LEVELS = (1 << PLANES) - 1;

  /** Plane after plane for each word: {@code planes[4 * word + plane]}. */
  final int[] planes;

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
    planes = new int[PLANES * x.length / 32];
    long levels = 0;
    for (int i = 0; i < x.length; i++) {
      int level = Math.min(LEVELS, Math.round((x[i] - low) * inverse));
      levels += level;
      int at = PLANES * (i / 32);
      for (int plane = 0; plane < PLANES; plane++) {
        planes[at + plane] |= (level >>> plane & 1) << (i % 32);
      }
    }
    twiceStep = 2 * step;
    twiceLow = 2 * low;
    sum = (float) ((double) low * x.length + (double) step * levels);
  }
}
