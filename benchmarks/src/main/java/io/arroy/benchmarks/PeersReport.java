package io.arroy.benchmarks;

import static io.arroy.benchmarks.report.Facts.level;
import static io.arroy.benchmarks.report.Facts.micros;
import static io.arroy.benchmarks.report.Facts.ratio;
import static io.arroy.benchmarks.report.Facts.seconds;
import static io.arroy.benchmarks.report.Facts.share;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.measure.RecallCurve;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import io.arroy.benchmarks.report.Table;
import io.arroy.benchmarks.standalone.BuiltIndex;
import io.arroy.benchmarks.standalone.StandaloneSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints what {@code peers} measured, for readers and for machines, and writes it to files. */
final class PeersReport {

  /** Where filtered searches and updates are compared. */
  private static final double LEVEL = .95;

  private static final String ALL = "1";

  private final Dataset data;
  private final Facts facts;
  private final double replaced;
  private final Map<String, BuiltIndex> builds = new LinkedHashMap<>();
  private final Map<String, BuiltIndex> updates = new LinkedHashMap<>();
  private final List<Group> groups = new ArrayList<>();

  /** Everything measured in one contest; {@code pass} is 1 without a filter. */
  private record Group(int k, String pass, List<Outcome> outcomes) {}

  /**
   * A report.
   *
   * @param replaced the share of items that an update replaces
   */
  PeersReport(Dataset data, Facts facts, double replaced) {
    this.data = data;
    this.facts = facts;
    this.replaced = replaced;
  }

  /** Notes and prints what the first build of a process cost. */
  void built(StandaloneSystem system, int threads, BuiltIndex index) {
    builds.put(system.name(), index);
    facts.line(
        "system",
        "name",
        system.name(),
        "version",
        system.version(),
        "parameters",
        index.parameters(),
        "filter",
        system.filters(),
        "update",
        system.updates());
    build(system.name(), "first", threads, index);
    facts.line(
        "bytes",
        "system",
        system.name(),
        "total",
        index.bytes(),
        "compacted",
        index.compactedBytes(),
        "vectors",
        data.rawBytes(),
        "beyond",
        beyond(index.bytes()),
        "compacted_beyond",
        beyond(index.compactedBytes()));
  }

  /** Prints what a later build in the same process cost. */
  void builtAgain(StandaloneSystem system, int threads, BuiltIndex index) {
    build(system.name(), "again", threads, index);
  }

  private void build(String system, String state, int threads, BuiltIndex index) {
    facts.line(
        "build",
        "system",
        system,
        "state",
        state,
        "threads",
        threads,
        "seconds",
        seconds(index.seconds()),
        "cpu_s",
        seconds(index.cpuSeconds()));
  }

  private long beyond(long bytes) {
    return bytes - data.rawBytes();
  }

  /** Notes what searches of everything gave. */
  void measured(int k, List<Outcome> outcomes) {
    groups.add(new Group(k, ALL, outcomes));
  }

  /** Notes what searches under a filter gave. */
  void filtered(int k, double pass, List<Outcome> outcomes) {
    groups.add(new Group(k, Double.toString(pass), outcomes));
  }

  /** The cheapest setting of a system that finds enough of everything, or its most thorough one. */
  Outcome setting(String system, int k) {
    List<Outcome> own =
        groups.stream()
            .filter(group -> group.k() == k && group.pass().equals(ALL))
            .flatMap(group -> group.outcomes().stream())
            .filter(outcome -> outcome.system().equals(system))
            .toList();
    return own.stream()
        .filter(outcome -> outcome.recall() >= LEVEL)
        .min(Comparator.comparingDouble(Outcome::bestMicros))
        .orElseGet(() -> own.stream().max(Comparator.comparingDouble(Outcome::recall)).get());
  }

  /** Notes and prints what an update cost and what is found after it. */
  void updated(StandaloneSystem system, Outcome before, BuiltIndex cost, double recallAfter) {
    updates.put(system.name(), cost);
    facts.line(
        "update",
        "system",
        system.name(),
        "share",
        share(replaced),
        "seconds",
        seconds(cost.seconds()),
        "cpu_s",
        seconds(cost.cpuSeconds()),
        "total",
        cost.bytes(),
        "setting",
        before.setting(),
        "recall_before",
        share(before.recall()),
        "recall_after",
        share(recallAfter));
  }

  /** Prints everything else and writes it to {@code folder}. */
  void finish(Path folder, boolean plot) throws IOException {
    String stem = "peers-" + data.name() + "-" + data.base().size();
    Table table =
        new Table(
            "system",
            "setting",
            "pass",
            "k",
            "recall",
            "p50_us",
            "p99_us",
            "mean_us",
            "best_p50_us");
    for (Group group : groups) {
      for (Outcome outcome : group.outcomes()) {
        table.row(
            outcome.system(),
            outcome.setting(),
            group.pass(),
            group.k(),
            share(outcome.recall()),
            micros(outcome.micros()),
            micros(outcome.p99().median()),
            micros(outcome.mean().median()),
            micros(outcome.bestMicros()));
      }
    }
    table.print(System.out, table.columns());
    table.write(folder.resolve(stem + ".csv"));
    groups.forEach(this::points);
    for (Group group : groups) {
      if (group.pass().equals(ALL)) {
        new CompareRatios(data, facts).latency(Layout.MERGED, group.k(), group.outcomes());
        if (plot) {
          plot(folder, stem, group);
        }
      } else {
        filteredRatios(group);
      }
    }
    costRatios();
    System.err.println("Written to " + folder.resolve(stem) + "*");
  }

  private void points(Group group) {
    for (Outcome outcome : group.outcomes()) {
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
          "mean_us",
          micros(outcome.mean().median()),
          "best_p50_us",
          micros(outcome.bestMicros()),
          "pass",
          group.pass(),
          "k",
          group.k());
    }
  }

  private void filteredRatios(Group group) {
    Map<String, RecallCurve> curves = CompareRatios.curves(group.outcomes(), Outcome::bestMicros);
    double ours = curves.remove(Peers.OURS).latencyAt(LEVEL).orElse(Double.NaN);
    curves.forEach(
        (rival, curve) -> {
          double theirs = curve.latencyAt(LEVEL).orElse(Double.NaN);
          facts.line(
              "ratio",
              "kind",
              "filtered",
              "pass",
              group.pass(),
              "corr",
              0,
              "recall",
              level(LEVEL),
              "k",
              group.k(),
              "rival",
              rival,
              "ours_us",
              micros(ours),
              "rival_us",
              micros(theirs),
              "ratio",
              CompareRatios.reached(ours, theirs));
        });
  }

  private void costRatios() {
    BuiltIndex ours = builds.get(Peers.OURS);
    builds.forEach(
        (rival, theirs) -> {
          if (!rival.equals(Peers.OURS)) {
            bytesRatio("bytes", rival, ours.bytes(), theirs.bytes());
            bytesRatio("bytes_compacted", rival, ours.compactedBytes(), theirs.compactedBytes());
            cpuRatio("build", rival, ours, theirs);
          }
        });
    updates.forEach(
        (rival, theirs) -> {
          if (!rival.equals(Peers.OURS)) {
            cpuRatio("update", rival, updates.get(Peers.OURS), theirs);
          }
        });
  }

  private void bytesRatio(String kind, String rival, long ours, long theirs) {
    facts.line(
        "ratio",
        "kind",
        kind,
        "rival",
        rival,
        "ours",
        beyond(ours),
        "rival_bytes",
        beyond(theirs),
        "vectors",
        data.rawBytes(),
        "ratio",
        ratio((double) beyond(ours) / beyond(theirs)));
  }

  private void cpuRatio(String kind, String rival, BuiltIndex ours, BuiltIndex theirs) {
    facts.line(
        "ratio",
        "kind",
        kind,
        "rival",
        rival,
        "ours_cpu_s",
        seconds(ours.cpuSeconds()),
        "rival_cpu_s",
        seconds(theirs.cpuSeconds()),
        "ours_s",
        seconds(ours.seconds()),
        "rival_s",
        seconds(theirs.seconds()),
        "ratio",
        ratio(ours.cpuSeconds() / theirs.cpuSeconds()));
  }

  private void plot(Path folder, String stem, Group group) throws IOException {
    String title = data.name() + ", " + data.base().size() + " vectors, one thread";
    RecallChart.write(folder, stem + "-k" + group.k(), title, group.k(), group.outcomes());
  }
}
