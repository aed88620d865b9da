package io.arroy.benchmarks.generate;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.cli.vectors.VectorSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * The dimension that a data set seems to have around its queries, after Levina and Bickel: how fast
 * the distances to the nearest neighbours grow. What search costs depends on it more than on the
 * length of the vectors.
 */
final class IntrinsicDimension {

  private IntrinsicDimension() {}

  /** The mean estimate over the queries of each kind. */
  static Map<String, Double> byKind(Dataset data, Neighbors truth) {
    float[][] queries = data.queries().toArrays();
    VectorSource.Reader reader = data.base().reader();
    float[] vector = new float[data.base().dimension()];
    Map<String, double[]> sums = new TreeMap<>();
    for (int query = 0; query < queries.length; query++) {
      int[] rows = truth.nearest(query, truth.count(query));
      double[] distances = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        reader.read(rows[i], vector, 0);
        distances[i] = distance(queries[query], vector);
      }
      double estimate = estimate(distances);
      if (Double.isFinite(estimate)) {
        double[] sum = sums.computeIfAbsent(data.kinds().get(query), kind -> new double[2]);
        sum[0] += estimate;
        sum[1]++;
      }
    }
    Map<String, Double> means = new TreeMap<>();
    sums.forEach((kind, sum) -> means.put(kind, Math.round(100 * sum[0] / sum[1]) / 100.));
    return means;
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      squares += difference * difference;
    }
    return Math.sqrt(squares);
  }

  /** Not finite if the distances are too few or all the same. */
  static double estimate(double[] distances) {
    double farthest = 0;
    for (double distance : distances) {
      farthest = Math.max(farthest, distance);
    }
    double sum = 0;
    int counted = 0;
    for (double distance : distances) {
      if (distance > 0) {
        sum += Math.log(farthest / distance);
        counted++;
      }
    }
    return (counted - 1) / sum;
  }
}
