package io.arroy.benchmarks;

import static io.arroy.benchmarks.report.Facts.level;
import static io.arroy.benchmarks.report.Facts.micros;
import static io.arroy.benchmarks.report.Facts.ratio;
import static io.arroy.benchmarks.report.Facts.seconds;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.measure.RecallCurve;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Prints how this project's format compares with each rival. */
final class CompareRatios {

  private static final double[] LEVELS = {.80, .90, .95, .98};

  private final Dataset data;
  private final Facts facts;

  CompareRatios(Dataset data, Facts facts) {
    this.data = data;
    this.facts = facts;
  }

  /** The curve of each system, with latencies by {@code latency}. */
  static Map<String, RecallCurve> curves(
      List<Outcome> outcomes, ToDoubleFunction<Outcome> latency) {
    Map<String, List<RecallCurve.Measured>> points = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      points
          .computeIfAbsent(outcome.system(), system -> new ArrayList<>())
          .add(new RecallCurve.Measured(outcome.recall(), latency.applyAsDouble(outcome)));
    }
    Map<String, RecallCurve> curves = new LinkedHashMap<>();
    points.forEach((system, measured) -> curves.put(system, new RecallCurve(measured)));
    return curves;
  }

  /** The ratio of two latencies at a level, which not both may have reached. */
  static String reached(double ours, double theirs) {
    return Double.isNaN(ours / theirs) ? "not_reached" : ratio(ours / theirs);
  }

  /** A line for each level and rival, of best and of median rounds; none if ours is missing. */
  void latency(Layout layout, int k, List<Outcome> outcomes) {
    latency("latency", layout, k, curves(outcomes, Outcome::bestMicros));
    latency("latency_median", layout, k, curves(outcomes, Outcome::micros));
  }

  private void latency(String kind, Layout layout, int k, Map<String, RecallCurve> curves) {
    RecallCurve ours = curves.remove(Peers.OURS);
    if (ours == null) {
      return;
    }
    for (double level : LEVELS) {
      double mine = ours.latencyAt(level).orElse(Double.NaN);
      curves.forEach(
          (rival, curve) -> {
            double theirs = curve.latencyAt(level).orElse(Double.NaN);
            List<Object> pairs =
                new ArrayList<>(
                    List.of(
                        "kind",
                        kind,
                        "recall",
                        level(level),
                        "k",
                        k,
                        "rival",
                        rival,
                        "ours_us",
                        micros(mine),
                        "rival_us",
                        micros(theirs),
                        "ratio",
                        reached(mine, theirs)));
            addLayout(pairs, layout);
            facts.line("ratio", pairs.toArray());
          });
    }
  }

  /** One line for each rival, and one for bytes; none if ours was not built. */
  void build(Layout layout, Map<String, IndexStore.Stored> systems) {
    IndexStore.Stored ours = systems.get(Peers.OURS);
    if (ours == null) {
      return;
    }
    systems.forEach(
        (rival, build) -> {
          if (rival.equals(Peers.OURS)) {
            return;
          }
          List<Object> pairs =
              new ArrayList<>(
                  List.of(
                      "kind",
                      "build",
                      "rival",
                      rival,
                      "ours_cpu_s",
                      seconds(ours.cost().cpuSeconds()),
                      "rival_cpu_s",
                      seconds(build.cost().cpuSeconds()),
                      "ratio",
                      ratio(ours.cost().cpuSeconds() / build.cost().cpuSeconds())));
          addLayout(pairs, layout);
          facts.line("ratio", pairs.toArray());
        });
    List<Object> pairs =
        new ArrayList<>(
            List.of(
                "kind",
                "bytes",
                "ours",
                ours.use().beyond(data),
                "vectors",
                data.rawBytes(),
                "ratio",
                ratio((double) ours.use().beyond(data) / data.rawBytes())));
    addLayout(pairs, layout);
    facts.line("ratio", pairs.toArray());
  }

  /** Lines without a layout are about one segment. */
  private static void addLayout(List<Object> pairs, Layout layout) {
    if (layout != Layout.MERGED) {
      pairs.add("layout");
      pairs.add(layout.word());
    }
  }
}
