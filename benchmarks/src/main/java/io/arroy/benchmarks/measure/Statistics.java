package io.arroy.benchmarks.measure;

import java.util.Arrays;

/** Summaries of several numbers. */
public final class Statistics {

  private Statistics() {}

  /** The smallest of {@code values} that at least a share of {@code quantile} do not exceed. */
  public static double quantile(double[] values, double quantile) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(quantile * sorted.length);
    return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
  }

  /** The middle value; of an even number, the mean of the two in the middle. */
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The smallest value. */
  public static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  /** The largest value. */
  public static double most(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** The mean. */
  public static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
