package io.arroy.benchmarks;

import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.measure.RecallCurve;
import io.arroy.benchmarks.report.LineChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Draws what recall costs, a curve for each system. */
final class RecallChart {

  private RecallChart() {}

  /** Writes the chart of a contest as {@code name} to {@code folder}. */
  static void write(Path folder, String name, String title, int k, List<Outcome> outcomes)
      throws IOException {
    LineChart chart =
        new LineChart(title, "recall@" + k, "median latency (microseconds)", false, true);
    CompareRatios.curves(outcomes, Outcome::bestMicros)
        .forEach(
            (system, curve) ->
                chart.curve(
                    system,
                    curve.frontier().stream().map(RecallCurve.Measured::recall).toList(),
                    curve.frontier().stream().map(RecallCurve.Measured::latency).toList()));
    chart.write(folder, name);
  }
}
