package io.arroy.benchmarks;

import static io.arroy.benchmarks.report.Facts.micros;
import static io.arroy.benchmarks.report.Facts.ratio;
import static io.arroy.benchmarks.report.Facts.seconds;
import static io.arroy.benchmarks.report.Facts.share;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.BuildCost;
import io.arroy.benchmarks.index.DiskUse;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.merge.Aborting;
import io.arroy.benchmarks.merge.Merging;
import io.arroy.benchmarks.merge.PhaseTimes;
import io.arroy.benchmarks.merge.SteadyIndexing;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import io.arroy.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.FixedBitSet;

/** Prints what {@code merge} measured, each shape as soon as it is done, ratios at the end. */
final class MergeReport {
  /** Phases of a merge that run on all threads they are given. */
  private static final Set<String> PARALLEL =
      Set.of(
          "build", "update", "route", "leaves", "renew", "arrange", "encode", "codes", "calibrate");

  private final Dataset data;
  private final Facts facts;
  private final RecallCheck check;
  private final Path folder;

  /** Processor time of each system, by shape. */
  private final Map<String, Map<String, Double>> cpuSeconds = new LinkedHashMap<>();

  private final List<Object[]> ratios = new ArrayList<>();
  private final Table table =
      new Table(
          "shape",
          "system",
          "seconds",
          "cpu_s",
          "peak_heap_mb",
          "peak_live_heap_mb",
          "peak_resident_mb",
          "written_mb",
          "recall");

  /** Everything built anew. */
  record Rebuilt(String system, Merging.Cost cost, double recall) {}

  MergeReport(Dataset data, Facts facts, RecallCheck check, Path folder) {
    this.data = data;
    this.facts = facts;
    this.check = check;
    this.folder = folder;
  }

  double recall(Peer peer, Path index) throws IOException {
    return check.withDefaults(peer, index);
  }

  /** Notes a merge. */
  void merged(Peer peer, String shape, Merging.Cost cost, Path index) throws IOException {
    line("merge", shape, peer.name(), cost.cost(), cost.written(), recall(peer, index));
  }

  /** Notes what building everything anew costs, to compare the skewed merge with. */
  void remerge(Rebuilt rebuilt) {
    rebuilt(rebuilt);
    double merge = cpuSeconds.get("skewed").get(rebuilt.system());
    double anew = rebuilt.cost().cost().cpuSeconds();
    ratios.add(
        new Object[] {
          "kind", "remerge",
          "shape", "skewed",
          "merge_cpu_s", seconds(merge),
          "rebuild_cpu_s", seconds(anew),
          "ratio", ratio(merge / anew)
        });
  }

  /** Tells how long the end of a merge took that was rolled back. */
  void aborted(Peer peer, long afterNanos, Aborting.Abort abort) {
    facts.line(
        "abort",
        "system",
        peer.name(),
        "vectors",
        data.base().size(),
        "after_ms",
        afterNanos / 1_000_000,
        "phase",
        abort.phase(),
        "took_ms",
        micros(abort.tookNanos() / 1e6));
  }

  /** Notes the nanoseconds of each phase of a merge, on one thread and on several. */
  void threads(int count, Map<String, Long> one, Map<String, Long> all) {
    one.forEach((phase, nanos) -> threads(phase, count, nanos, all.getOrDefault(phase, 0L)));
    threads("parallel", count, PhaseTimes.sum(parallel(one)), PhaseTimes.sum(parallel(all)));
    threads("all", count, PhaseTimes.sum(one), PhaseTimes.sum(all));
  }

  private void threads(String phase, int count, long one, long all) {
    facts.line(
        "ratio",
        "kind",
        "threads",
        "phase",
        phase,
        "threads",
        count,
        "one_ms",
        micros(one / 1e6),
        "all_ms",
        micros(all / 1e6),
        "ratio",
        ratio((double) one / all));
  }

  private static Map<String, Long> parallel(Map<String, Long> nanos) {
    Map<String, Long> parallel = new LinkedHashMap<>(nanos);
    parallel.keySet().retainAll(PARALLEL);
    return parallel;
  }

  /** Notes what building everything anew costs. */
  void rebuilt(Rebuilt rebuilt) {
    Merging.Cost cost = rebuilt.cost();
    line("rebuild", "rebuild", rebuilt.system(), cost.cost(), cost.written(), rebuilt.recall());
  }

  /** Notes steady indexing. */
  void steady(Peer peer, double rate, int count, SteadyIndexing.Result result, Path index)
      throws IOException {
    // Rows beyond those indexed cannot be found: recall is of no use here.
    line("steady", "steady", peer.name(), result.cost(), result.written(), Double.NaN);
    facts.line(
        "reopen",
        "system",
        peer.name(),
        "vectors",
        count,
        "rate",
        micros(rate),
        "reopens",
        result.reopens(),
        "p50_ms",
        micros(result.p50()),
        "p99_ms",
        micros(result.p99()),
        "max_ms",
        micros(result.slowest()),
        "segments",
        DiskUse.of(index).segments());
  }

  private void line(
      String word, String shape, String system, BuildCost cost, long written, double recall) {
    cpuSeconds.computeIfAbsent(shape, each -> new LinkedHashMap<>()).put(system, cost.cpuSeconds());
    Object[] values = {
      shape,
      system,
      seconds(cost.seconds()),
      seconds(cost.cpuSeconds()),
      cost.peakHeap() >> 20,
      cost.peakLiveHeap() >> 20,
      cost.peakResident() >> 20,
      written >> 20,
      share(recall)
    };
    table.row(values);
    facts.line(
        word,
        "system",
        system,
        "shape",
        shape,
        "seconds",
        values[2],
        "cpu_s",
        values[3],
        "peak_heap_mb",
        values[4],
        "peak_live_heap_mb",
        values[5],
        "peak_resident_mb",
        values[6],
        "written_mb",
        values[7],
        "recall",
        values[8],
        "k",
        check.k());
  }

  /** Notes what many merges did to recall. */
  void churned(Peer peer, int merges, Path churned, Path fresh, FixedBitSet live)
      throws IOException {
    List<Outcome> outcomes = check.sideBySide(peer, churned, fresh, live);
    int settings = outcomes.size() / 2;
    for (int i = 0; i < settings; i++) {
      Outcome old = outcomes.get(i);
      Outcome anew = outcomes.get(settings + i);
      facts.line(
          "churn",
          "merges",
          merges,
          "vectors",
          live.cardinality(),
          "setting",
          old.setting(),
          "k",
          check.k(),
          "churned_recall",
          share(old.recall()),
          "fresh_recall",
          share(anew.recall()),
          "loss",
          share(anew.recall() - old.recall()),
          "churned_us",
          micros(old.micros()),
          "fresh_us",
          micros(anew.micros()));
    }
  }

  /** Notes what two other processes printed about building everything anew. */
  void limited(List<String> free, List<String> limited) {
    Map<String, String> without = rebuildLine(free);
    Map<String, String> with = rebuildLine(limited);
    double ratio =
        Double.parseDouble(with.get("seconds")) / Double.parseDouble(without.get("seconds"));
    ratios.add(
        new Object[] {
          "kind", "limited",
          "vectors_mb", data.rawBytes() >> 20,
          "limited_resident_mb", with.get("peak_resident_mb"),
          "free_resident_mb", without.get("peak_resident_mb"),
          "limited_s", with.get("seconds"),
          "free_s", without.get("seconds"),
          "limited_recall", with.get("recall"),
          "free_recall", without.get("recall"),
          "ratio", ratio(ratio)
        });
  }

  private static Map<String, String> rebuildLine(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith("rebuild ")) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : line.split(" ", -1)) {
          int equals = pair.indexOf('=');
          if (equals > 0) {
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
          }
        }
        return pairs;
      }
    }
    throw new IllegalStateException("the other process printed nothing about a rebuild: " + lines);
  }

  /** Prints the table and the ratios, and writes the table to a file. */
  void finish() throws IOException {
    cpuSeconds.forEach(
        (shape, systems) -> {
          Double ours = systems.get(Peers.OURS);
          systems.forEach(
              (rival, theirs) -> {
                if (ours != null && !rival.equals(Peers.OURS)) {
                  facts.line(
                      "ratio",
                      "kind",
                      "merge",
                      "shape",
                      shape,
                      "rival",
                      rival,
                      "ours_cpu_s",
                      seconds(ours),
                      "rival_cpu_s",
                      seconds(theirs),
                      "ratio",
                      ratio(ours / theirs));
                }
              });
        });
    ratios.forEach(pairs -> facts.line("ratio", pairs));
    table.print(System.out, table.columns());
    Path file = folder.resolve("merge-" + data.name() + "-" + data.base().size() + ".csv");
    table.write(file);
    System.err.println("Written to " + file);
  }
}
