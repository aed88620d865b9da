package io.arroy.forest.quantize;

import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;

/**
 * A query quantized to four bits a coordinate, as bit planes to count common bits with those of
 * codes, after RaBitQ. Made once per query; safe for use by many threads.
 */
public final class ScanQuery {
  private static final int PLANES = 4;
  private static final int LEVELS = (1 << PLANES) - 1;

  /**
   * For coordinates of normal distribution, the mean of whose size is &radic;(2/&pi;) deviations:
   * &radic;(1 - 2/&pi;), in steps of 1.
   */
  private static final double LEFT_OUT = 0.603;

  /** For every 64 coordinates the words of all planes, the last perhaps half used. */
  private final long[] planes;

  private final int wholeWords;

  /** Whether half a word follows. */
  private final boolean half;

  private final float base;
  private final double distance;
  private final float step;
  private final float low;
  private final float sum;

  /**
   * Quantizes a query.
   *
   * @param query its coordinates; not changed
   * @param center what the codes are relative to
   */
  public ScanQuery(Rotation rotation, float[] query, float[] center) {
    float[] x = java.util.Arrays.copyOf(query, rotation.dimension());
    rotation.rotate(x);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    this.base = FloatKernels.BEST.dot(query, 0, center, 0, query.length);
    this.distance = distance(query, center);
    this.low = least;
    this.step = (most - least) / LEVELS;
    this.wholeWords = x.length / 64;
    this.half = x.length % 64 != 0;
    this.planes = new long[PLANES * ((x.length + 63) / 64)];
    float inverse = step > 0 ? 1 / step : 0;
    long levels = 0;
    for (int i = 0; i < x.length; i++) {
      int level = Math.min(LEVELS, Math.round((x[i] - low) * inverse));
      levels += level;
      for (int plane = 0; plane < PLANES; plane++) {
        planes[i / 64 * PLANES + plane] |= (long) (level >>> plane & 1) << i;
      }
    }
    this.sum = (float) ((double) low * x.length + (double) step * levels);
  }

  /**
   * Estimates the dot product with a point, less what its code was told to subtract.
   *
   * @param codes where its code lies, from {@code at} on
   */
  public float estimate(MemorySegment codes, long at) {
    long bits = at + ScanCode.BITS;
    int common = 0;
    int word = 0;
    for (; word < wholeWords; word++) {
      common += common(codes.get(Layouts.LONG, bits + 8L * word), PLANES * word);
    }
    if (half) {
      common += common(codes.get(Layouts.INT, bits + 8L * word) & 0xFFFF_FFFFL, PLANES * word);
    }
    return base
        + ScanCode.correction(codes, at)
        + ScanCode.step(codes, at) * (2 * step * common - sum)
        + 2 * low * ScanCode.sum(codes, at);
  }

  /**
   * The standard deviation of an estimate, over all rotations: a code leaves out what of its
   * point's difference from the center is at a right angle to its bits, which is about {@value
   * #LEFT_OUT} of the bits' own length.
   *
   * @param codes where the code lies, from {@code at} on
   */
  public double deviation(MemorySegment codes, long at) {
    return LEFT_OUT * ScanCode.step(codes, at) * distance;
  }

  private static double distance(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    return Math.sqrt(sum);
  }

  /** The sum of the query's levels where a word of a code has bits. */
  private int common(long bits, int word) {
    return Long.bitCount(bits & planes[word])
        + (Long.bitCount(bits & planes[word + 1]) << 1)
        + (Long.bitCount(bits & planes[word + 2]) << 2)
        + (Long.bitCount(bits & planes[word + 3]) << 3);
  }
}
