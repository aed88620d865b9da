package io.arroy.benchmarks;

import static io.arroy.benchmarks.report.Facts.level;
import static io.arroy.benchmarks.report.Facts.micros;
import static io.arroy.benchmarks.report.Facts.ratio;
import static io.arroy.benchmarks.report.Facts.seconds;
import static io.arroy.benchmarks.report.Facts.share;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.BuildCost;
import io.arroy.benchmarks.index.DiskUse;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.measure.RecallCurve;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import io.arroy.benchmarks.report.LineChart;
import io.arroy.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what {@code compare} measured, for readers and for machines, and writes it to files. */
final class CompareReport {

  private static final double[] LEVELS = {.80, .90, .95, .98};

  /** Columns of the table that are printed; the rest only goes to the file. */
  private static final int SHOWN = 15;

  private final Dataset data;
  private final Facts facts;
  private final List<Group> groups = new ArrayList<>();
  private final Map<Layout, Map<String, IndexStore.Stored>> builds = new LinkedHashMap<>();

  /** Everything measured in one contest. */
  private record Group(Layout layout, int k, List<Outcome> outcomes) {}

  CompareReport(Dataset data, Facts facts) {
    this.data = data;
    this.facts = facts;
  }

  /** Notes what an index cost. */
  void built(String system, Layout layout, IndexStore.Stored stored) {
    builds.computeIfAbsent(layout, each -> new LinkedHashMap<>()).put(system, stored);
  }

  /** Notes what searches gave. */
  void measured(Layout layout, int k, List<Outcome> outcomes) {
    groups.add(new Group(layout, k, outcomes));
  }

  /** Prints everything and writes it to {@code folder}. */
  void finish(Path folder, boolean plot) throws IOException {
    String stem = "compare-" + data.name() + "-" + data.base().size();
    Table table = table();
    table.print(System.out, SHOWN);
    table.write(folder.resolve(stem + ".csv"));
    builds.forEach((layout, systems) -> systems.forEach((s, b) -> buildFacts(layout, s, b)));
    for (Group group : groups) {
      group.outcomes().forEach(outcome -> pointFact(group, outcome));
    }
    for (Group group : groups) {
      latencyRatios(group);
    }
    builds.forEach(this::buildRatios);
    if (plot) {
      for (Group group : groups) {
        plot(folder, stem, group);
      }
    }
    System.err.println("Written to " + folder.resolve(stem) + "*");
  }

  private Table table() {
    Table table =
        new Table(
            "system",
            "setting",
            "layout",
            "k",
            "recall",
            "candidates",
            "nodes",
            "p50_us",
            "p99_us",
            "best_p50_us",
            "qps_1",
            "qps_2",
            "build_s",
            "build_cpu_s",
            "bytes_beyond",
            "mean_us",
            "best_p99_us",
            "segments",
            "bytes_total",
            "bytes_vectors",
            "bytes_parts",
            "peak_heap_mb",
            "peak_live_heap_mb",
            "peak_resident_mb");
    for (Group group : groups) {
      for (Outcome outcome : group.outcomes()) {
        IndexStore.Stored build = builds.get(group.layout()).get(outcome.system());
        BuildCost cost = build.cost();
        DiskUse use = build.use();
        table.row(
            outcome.system(),
            outcome.setting(),
            group.layout().word(),
            group.k(),
            share(outcome.recall()),
            micros(outcome.candidates()),
            micros(outcome.nodes()),
            micros(outcome.micros()),
            micros(outcome.p99().median()),
            micros(outcome.bestMicros()),
            micros(outcome.perSecond().median()),
            micros(outcome.perSecondOnTwo().median()),
            seconds(cost.seconds()),
            seconds(cost.cpuSeconds()),
            use.beyond(data),
            micros(outcome.mean().median()),
            micros(outcome.p99().least()),
            use.segments(),
            use.total(),
            data.rawBytes(),
            use.describe(),
            cost.peakHeap() >> 20,
            cost.peakLiveHeap() >> 20,
            cost.peakResident() >> 20);
      }
    }
    return table;
  }

  private void buildFacts(Layout layout, String system, IndexStore.Stored build) {
    BuildCost cost = build.cost();
    DiskUse use = build.use();
    facts.line(
        "build",
        "system",
        system,
        "layout",
        layout.word(),
        "segments",
        use.segments(),
        "seconds",
        seconds(cost.seconds()),
        "cpu_s",
        seconds(cost.cpuSeconds()),
        "peak_heap_mb",
        cost.peakHeap() >> 20,
        "peak_live_heap_mb",
        cost.peakLiveHeap() >> 20,
        "peak_resident_mb",
        cost.peakResident() >> 20);
    facts.line(
        "bytes",
        "system",
        system,
        "layout",
        layout.word(),
        "total",
        use.total(),
        "vectors",
        data.rawBytes(),
        "ratio",
        ratio((double) use.beyond(data) / data.rawBytes()),
        "parts",
        use.describe());
  }

  private void pointFact(Group group, Outcome outcome) {
    facts.line(
        "point",
        "system",
        outcome.system(),
        "setting",
        outcome.setting(),
        "recall",
        share(outcome.recall()),
        "p50_us",
        micros(outcome.micros()),
        "p99_us",
        micros(outcome.p99().median()),
        "candidates",
        micros(outcome.candidates()),
        "nodes",
        micros(outcome.nodes()),
        "best_p50_us",
        micros(outcome.bestMicros()),
        "qps_1",
        micros(outcome.perSecond().median()),
        "qps_2",
        micros(outcome.perSecondOnTwo().median()),
        "k",
        group.k(),
        "layout",
        group.layout().word());
  }

  private Map<String, RecallCurve> curves(Group group) {
    Map<String, List<RecallCurve.Measured>> points = new LinkedHashMap<>();
    for (Outcome outcome : group.outcomes()) {
      points
          .computeIfAbsent(outcome.system(), system -> new ArrayList<>())
          .add(new RecallCurve.Measured(outcome.recall(), outcome.micros()));
    }
    Map<String, RecallCurve> curves = new LinkedHashMap<>();
    points.forEach((system, measured) -> curves.put(system, new RecallCurve(measured)));
    return curves;
  }

  private void latencyRatios(Group group) {
    Map<String, RecallCurve> curves = curves(group);
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
                        "latency",
                        "recall",
                        level(level),
                        "k",
                        group.k(),
                        "rival",
                        rival,
                        "ours_us",
                        micros(mine),
                        "rival_us",
                        micros(theirs),
                        "ratio",
                        ratio(mine / theirs)));
            addLayout(pairs, group.layout());
            facts.line("ratio", pairs.toArray());
          });
    }
  }

  private void buildRatios(Layout layout, Map<String, IndexStore.Stored> systems) {
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

  private void plot(Path folder, String stem, Group group) throws IOException {
    String title =
        String.format(
            "%s, %,d x %d, k = %d, %s, one thread",
            data.name(),
            data.base().size(),
            data.base().dimension(),
            group.k(),
            group.layout() == Layout.MERGED ? "one segment" : "natural segments");
    LineChart chart =
        new LineChart(title, "recall@" + group.k(), "median latency (microseconds)", false);
    curves(group)
        .forEach(
            (system, curve) ->
                chart.curve(
                    system,
                    curve.frontier().stream().map(RecallCurve.Measured::recall).toList(),
                    curve.frontier().stream().map(RecallCurve.Measured::latency).toList()));
    chart.write(folder, stem + "-k" + group.k() + "-" + group.layout().word());
  }
}
