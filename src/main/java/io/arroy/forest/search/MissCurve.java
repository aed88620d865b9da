package io.arroy.forest.search;

/**
 * What searches for some number of items missed of them, for each of some shares that they might
 * expect to miss when they stopped.
 *
 * @param k items wanted
 * @param expected the share a search might expect to miss, above 0, descending
 * @param missed the share it did miss, on average, 0 to 1
 * @param effort what it had spent by then, on average, as {@link Walk} counts it
 */
record MissCurve(int k, float[] expected, float[] missed, float[] effort) {
  /** Less than this is not measured but the luck of the sample. */
  private static final double LEAST = 1e-4;

  /** What a search should expect to miss when it stops, in order to miss so much. */
  double expectedFor(double allowed) {
    double at = position(allowed);
    int low = (int) at;
    if (low < expected.length - 1) {
      return expected[low] * Math.pow(expected[low + 1] / (double) expected[low], at - low);
    }
    // Beyond what was measured, in proportion.
    double last = Math.max(LEAST, missed[low]);
    return expected[low] * Math.min(1, allowed / last);
  }

  /** What it spends until then. */
  double effortFor(double allowed) {
    double at = position(allowed);
    int low = (int) at;
    return low < expected.length - 1
        ? effort[low] + (effort[low + 1] - effort[low]) * (at - low)
        : effort[low];
  }

  /** Between which points, counted from 0, so much is missed. */
  private double position(double allowed) {
    double above = Math.max(LEAST, missed[0]);
    for (int i = 0; i < missed.length - 1; i++) {
      if (above <= allowed) {
        return i;
      }
      // Samples are small: what looks like missing more for more effort is not believed.
      double below = Math.max(LEAST, Math.min(above, missed[i + 1]));
      if (below <= allowed) {
        return Math.min(i + Math.log(above / allowed) / Math.log(above / below), i + 1 - 1e-9);
      }
      above = below;
    }
    return missed.length - 1;
  }
}
