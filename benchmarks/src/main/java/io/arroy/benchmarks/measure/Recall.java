package io.arroy.benchmarks.measure;

import io.arroy.benchmarks.data.Neighbors;
import java.util.Arrays;
import java.util.List;

/** How much of the truth searches find. */
public final class Recall {

  private Recall() {}

  /**
   * The share of the nearest {@code k} rows of each query that is among its hits, averaged over
   * queries; a query with no true neighbour, as under a filter that lets nothing through, counts as
   * answered in full.
   *
   * @param hits rows found for each query
   * @param truth of the same queries, in the same order
   */
  public static double at(int k, List<int[]> hits, Neighbors truth) {
    double sum = 0;
    for (int query = 0; query < hits.size(); query++) {
      sum += of(k, hits.get(query), truth.nearest(query, k));
    }
    return sum / hits.size();
  }

  private static double of(int k, int[] hits, int[] nearest) {
    if (nearest.length == 0) {
      return 1;
    }
    int[] wanted = nearest.clone();
    Arrays.sort(wanted);
    long found =
        Arrays.stream(hits)
            .limit(k)
            .distinct()
            .filter(r -> Arrays.binarySearch(wanted, r) >= 0)
            .count();
    return (double) found / wanted.length;
  }
}
