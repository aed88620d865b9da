package io.arroy.forest.inspect;

import java.util.Arrays;

/**
 * How many things of which sizes there are.
 *
 * @param count how many; 0 makes the rest 0
 * @param least the smallest size
 * @param tenth a tenth of them are no larger
 * @param median half of them are no larger
 * @param ninetieth nine tenths of them are no larger
 * @param most the largest size
 * @param mean the mean
 */
public record Sizes(
    int count, int least, int tenth, int median, int ninetieth, int most, double mean) {
  static Sizes of(int[] sizes) {
    if (sizes.length == 0) {
      return new Sizes(0, 0, 0, 0, 0, 0, 0);
    }
    int[] sorted = sizes.clone();
    Arrays.sort(sorted);
    return new Sizes(
        sorted.length,
        sorted[0],
        quantile(sorted, .1),
        quantile(sorted, .5),
        quantile(sorted, .9),
        sorted[sorted.length - 1],
        Arrays.stream(sorted).average().orElse(0));
  }

  private static int quantile(int[] sorted, double share) {
    return sorted[(int) (share * (sorted.length - 1))];
  }
}
