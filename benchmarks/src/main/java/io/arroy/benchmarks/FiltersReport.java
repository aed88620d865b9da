package io.arroy.benchmarks;

import static io.arroy.benchmarks.report.Facts.micros;
import static io.arroy.benchmarks.report.Facts.ratio;
import static io.arroy.benchmarks.report.Facts.share;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.filter.FilterCase;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import io.arroy.benchmarks.report.LineChart;
import io.arroy.benchmarks.report.Table;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Prints what {@code filters} measured, for readers and for machines, and writes it to files. */
final class FiltersReport {

  private final Dataset data;
  private final Facts facts;
  private final List<Group> groups = new ArrayList<>();

  /** Every system under one filter. */
  private record Group(FilterCase filter, int k, List<Outcome> outcomes) {}

  FiltersReport(Dataset data, Facts facts) {
    this.data = data;
    this.facts = facts;
  }

  /** Notes what searches gave. */
  void measured(FilterCase filter, int k, List<Outcome> outcomes) {
    groups.add(new Group(filter, k, outcomes));
  }

  /** A filter in words. */
  static String describe(FilterCase filter) {
    return "pass "
        + pass(filter)
        + ", correlation "
        + filter.correlation()
        + (filter.name() == null ? "" : ", " + filter.name());
  }

  /** Three digits, without zeros that say nothing. */
  private static String pass(FilterCase filter) {
    return new BigDecimal(filter.pass())
        .round(new MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Prints everything and writes it to {@code folder}. */
  void finish(Path folder, boolean plot) throws IOException {
    String stem = "filters-" + data.name() + "-" + data.base().size();
    Table table = table();
    table.print(System.out, table.columns());
    table.write(folder.resolve(stem + ".csv"));
    groups.forEach(this::points);
    groups.forEach(this::ratios);
    if (plot) {
      plot(folder, stem);
    }
    System.err.println("Written to " + folder.resolve(stem) + "*");
  }

  private Table table() {
    Table table =
        new Table(
            "filter",
            "system",
            "pass",
            "corr",
            "k",
            "recall",
            "p50_us",
            "p99_us",
            "mean_us",
            "best_p50_us",
            "candidates",
            "plan");
    for (Group group : groups) {
      FilterCase filter = group.filter();
      for (Outcome outcome : group.outcomes()) {
        table.row(
            filter.name() == null ? "-" : filter.name(),
            outcome.system(),
            pass(filter),
            filter.correlation(),
            group.k(),
            share(outcome.recall()),
            micros(outcome.micros()),
            micros(outcome.p99().median()),
            micros(outcome.mean().median()),
            micros(outcome.bestMicros()),
            micros(outcome.candidates()),
            outcome.plan());
      }
    }
    return table;
  }

  private void points(Group group) {
    for (Outcome outcome : group.outcomes()) {
      List<Object> pairs = new ArrayList<>();
      pairs.addAll(List.of("system", outcome.system(), "setting", outcome.setting()));
      pairs.addAll(List.of("recall", share(outcome.recall())));
      pairs.addAll(List.of("p50_us", micros(outcome.micros())));
      pairs.addAll(List.of("p99_us", micros(outcome.p99().median())));
      pairs.addAll(List.of("candidates", micros(outcome.candidates())));
      pairs.addAll(List.of("best_p50_us", micros(outcome.bestMicros())));
      pairs.addAll(List.of("nodes", micros(outcome.nodes())));
      pairs.addAll(List.of("plan", outcome.plan(), "pass", pass(group.filter())));
      pairs.addAll(List.of("corr", group.filter().correlation(), "k", group.k()));
      addName(pairs, group.filter());
      facts.line("point", pairs.toArray());
    }
  }

  private void ratios(Group group) {
    Outcome ours =
        group.outcomes().stream()
            .filter(outcome -> outcome.system().equals(Peers.OURS))
            .findFirst()
            .orElse(null);
    if (ours == null) {
      return;
    }
    for (Outcome rival : group.outcomes()) {
      if (rival.system().equals(Peers.OURS)) {
        continue;
      }
      List<Object> pairs = new ArrayList<>();
      pairs.addAll(List.of("kind", "filtered", "pass", pass(group.filter())));
      pairs.addAll(List.of("corr", group.filter().correlation(), "k", group.k()));
      pairs.addAll(List.of("rival", rival.system()));
      pairs.addAll(
          List.of("ours_us", micros(ours.bestMicros()), "rival_us", micros(rival.bestMicros())));
      pairs.addAll(List.of("ours_recall", share(ours.recall())));
      pairs.addAll(List.of("rival_recall", share(rival.recall())));
      pairs.addAll(List.of("plan", ours.plan()));
      pairs.addAll(List.of("ratio", ratio(ours.bestMicros() / rival.bestMicros())));
      addName(pairs, group.filter());
      facts.line("ratio", pairs.toArray());
    }
  }

  private static void addName(List<Object> pairs, FilterCase filter) {
    if (filter.name() != null) {
      pairs.add("filter");
      pairs.add(filter.name());
    }
  }

  /** One chart for each k and correlation; the filters that a data set comes with are no curve. */
  private void plot(Path folder, String stem) throws IOException {
    Map<String, List<Group>> charts = new LinkedHashMap<>();
    for (Group group : groups) {
      if (group.filter().name() == null) {
        charts
            .computeIfAbsent(
                "k" + group.k() + "-corr" + group.filter().correlation(), key -> new ArrayList<>())
            .add(group);
      }
    }
    for (Map.Entry<String, List<Group>> chart : charts.entrySet()) {
      String name = stem + "-" + chart.getKey();
      String latency = "median latency (microseconds)";
      plot(folder, name, chart.getValue(), latency, true, Outcome::bestMicros);
      // Latency alone flatters a system that misses what it should find.
      plot(folder, name + "-recall", chart.getValue(), "recall", false, Outcome::recall);
    }
  }

  private void plot(
      Path folder,
      String name,
      List<Group> ofChart,
      String yTitle,
      boolean logarithmic,
      ToDoubleFunction<Outcome> value)
      throws IOException {
    Group any = ofChart.get(0);
    String title =
        String.format(
            Locale.ROOT,
            "%s, %,d x %d, k = %d, filter's correlation with the query %s",
            data.name(),
            data.base().size(),
            data.base().dimension(),
            any.k(),
            any.filter().correlation());
    LineChart chart =
        new LineChart(title, "share of vectors that pass the filter", yTitle, true, logarithmic);
    Map<String, List<Double>> x = new LinkedHashMap<>();
    Map<String, List<Double>> y = new LinkedHashMap<>();
    for (Group group : ofChart) {
      for (Outcome outcome : group.outcomes()) {
        String system = outcome.system();
        x.computeIfAbsent(system, each -> new ArrayList<>()).add(group.filter().pass());
        y.computeIfAbsent(system, each -> new ArrayList<>()).add(value.applyAsDouble(outcome));
      }
    }
    x.forEach((system, passes) -> chart.curve(system, passes, y.get(system)));
    chart.write(folder, name);
  }
}
