package io.arroy.benchmarks.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a system's recall costs, between the settings that were measured.
 *
 * <p>Settings that another one beats in both recall and latency are left out. Between the others
 * the logarithm of the latency is taken as linear in the recall. Below the cheapest of them its
 * latency is what any lower recall costs too; above the best, no cost is known.
 */
public final class RecallCurve {

  private final List<Measured> frontier = new ArrayList<>();

  /**
   * One measured setting.
   *
   * @param recall between 0 and 1
   * @param latency in any unit, positive
   */
  public record Measured(double recall, double latency) {}

  /** The curve through the best of {@code points}. */
  public RecallCurve(List<Measured> points) {
    List<Measured> byLatency = new ArrayList<>(points);
    byLatency.sort(
        Comparator.comparingDouble(Measured::latency)
            .thenComparing(Comparator.comparingDouble(Measured::recall).reversed()));
    double best = Double.NEGATIVE_INFINITY;
    for (Measured point : byLatency) {
      if (point.recall() > best) {
        frontier.add(point);
        best = point.recall();
      }
    }
  }

  /** The settings that no other one beats, cheapest first. */
  public List<Measured> frontier() {
    return List.copyOf(frontier);
  }

  /** The latency at which {@code recall} is reached; empty if it never is. */
  public OptionalDouble latencyAt(double recall) {
    Measured below = null;
    for (Measured point : frontier) {
      if (point.recall() >= recall) {
        return OptionalDouble.of(
            below == null ? point.latency() : interpolate(below, point, recall));
      }
      below = point;
    }
    return OptionalDouble.empty();
  }

  private static double interpolate(Measured below, Measured above, double recall) {
    double share = (recall - below.recall()) / (above.recall() - below.recall());
    double log =
        Math.log(below.latency()) + share * (Math.log(above.latency()) - Math.log(below.latency()));
    return Math.exp(log);
  }
}
