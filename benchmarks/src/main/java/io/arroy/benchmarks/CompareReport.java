package io.arroy.benchmarks;

import static io.arroy.benchmarks.report.Facts.micros;
import static io.arroy.benchmarks.report.Facts.ratio;
import static io.arroy.benchmarks.report.Facts.seconds;
import static io.arroy.benchmarks.report.Facts.share;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.index.BuildCost;
import io.arroy.benchmarks.index.DiskUse;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.measure.Recall;
import io.arroy.benchmarks.peer.ForestPeer;
import io.arroy.benchmarks.report.Facts;
import io.arroy.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what {@code compare} measured, for readers and for machines, and writes it to files. */
final class CompareReport {

  /** Columns of the table that are printed; the rest only goes to the file. */
  private static final int SHOWN = 15;

  private final Dataset data;
  private final Facts facts;
  private final QueryKinds kinds;
  private final Neighbors truth;
  private final List<Group> groups = new ArrayList<>();
  private final Map<Layout, Map<String, IndexStore.Stored>> builds = new LinkedHashMap<>();

  /** Everything measured in one contest. */
  private record Group(Layout layout, int k, List<Outcome> outcomes) {}

  CompareReport(Dataset data, Facts facts, QueryKinds kinds, Neighbors truth) {
    this.data = data;
    this.facts = facts;
    this.kinds = kinds;
    this.truth = truth;
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
    kinds(folder.resolve(stem + "-kinds.csv"));
    CompareRatios ratios = new CompareRatios(data, facts);
    for (Group group : groups) {
      ratios.latency(group.layout(), group.k(), group.outcomes());
    }
    builds.forEach(ratios::build);
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

  /** Recall by kind of query: of every setting to a file, of ours with nothing set as lines too. */
  private void kinds(Path file) throws IOException {
    Table table = new Table("system", "setting", "layout", "k", "kind", "queries", "recall");
    for (Group group : groups) {
      for (Outcome outcome : group.outcomes()) {
        kinds.forEach(
            outcome.hits().size(),
            (kind, queries) -> {
              List<int[]> hits = Arrays.stream(queries).mapToObj(outcome.hits()::get).toList();
              String recall = share(Recall.at(group.k(), hits, truth.of(queries)));
              table.row(
                  outcome.system(),
                  outcome.setting(),
                  group.layout().word(),
                  group.k(),
                  kind,
                  queries.length,
                  recall);
              if (outcome.setting().equals(ForestPeer.DEFAULT)) {
                facts.line(
                    "queries",
                    "kind",
                    kind,
                    "count",
                    queries.length,
                    "system",
                    outcome.system(),
                    "setting",
                    outcome.setting(),
                    "recall",
                    recall,
                    "k",
                    group.k(),
                    "layout",
                    group.layout().word());
              }
            });
      }
    }
    if (!table.isEmpty()) {
      table.write(file);
    }
  }

  private void plot(Path folder, String stem, Group group) throws IOException {
    String title =
        String.format(
            Locale.ROOT,
            "%s, %,d x %d, k = %d, %s, one thread",
            data.name(),
            data.base().size(),
            data.base().dimension(),
            group.k(),
            group.layout() == Layout.MERGED ? "one segment" : "natural segments");
    String name = stem + "-k" + group.k() + "-" + group.layout().word();
    RecallChart.write(folder, name, title, group.k(), group.outcomes());
  }
}
