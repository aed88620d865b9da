package io.arroy.demo;

import io.arroy.demo.data.DataFolder;
import io.arroy.demo.filter.FilterTemplate;
import io.arroy.demo.filter.Suggestions;
import io.arroy.demo.measure.ExactSearch;
import io.arroy.demo.measure.Race;
import io.arroy.demo.measure.Runner;
import io.arroy.demo.search.BuiltIndex;
import io.arroy.demo.search.Contender;
import io.arroy.demo.search.VectorSearch;
import io.arroy.demo.show.Progress;
import io.arroy.demo.show.Report;
import io.arroy.demo.show.Screen;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Builds the other index and prints the tables that compare the two. */
final class Comparison {
  private final Settings settings;
  private final DataFolder data;
  private final ExactSearch exact;
  private final Screen screen;
  private final PrintStream err;

  Comparison(
      Settings settings, DataFolder data, ExactSearch exact, Screen screen, PrintStream err) {
    this.settings = settings;
    this.data = data;
    this.exact = exact;
    this.screen = screen;
    this.err = err;
  }

  void run(Workshop workshop, BuiltIndex forest, VectorSearch search, FilterTemplate filter)
      throws IOException {
    BuiltIndex hnsw = workshop.build(Contender.HNSW);
    int k = settings.k;
    int wide = settings.ef == null ? Math.min(5 * k, data.entries().size()) : settings.ef;
    List<Runner> runners =
        List.of(
            new Runner("forest", forest.searcher(), search),
            new Runner("hnsw, ef " + k, hnsw.searcher(), VectorSearch.byDefault()),
            new Runner("hnsw, ef " + wide, hnsw.searcher(), VectorSearch.collecting(wide)));
    List<FilterTemplate> filters =
        settings.filters.isEmpty()
            ? new Suggestions(data.schema()).forMeasurement()
            : List.of(FilterTemplate.NONE, filter);
    Duration measured = Duration.ofSeconds(settings.seconds);
    Race race = new Race(data, exact, runners, filters, k);
    try (Progress progress =
        Progress.of(err, "Finding the exact neighbours", data.entries().size(), "entries")) {
      race.findExact(progress::done);
    }
    try (Progress progress = Progress.of(err, "Checking recall", 0, "searches")) {
      race.checkRecall(progress::done);
    }
    try (Progress progress = Progress.of(err, "Warming up searches", 0, "searches")) {
      race.warmUp(measured.dividedBy(2), progress::done);
    }
    try (Progress progress = Progress.of(err, "Measuring searches", 0, "searches")) {
      race.measure(measured, progress::done);
    }
    Report report = new Report(screen);
    report.head("Building", "The same texts, fields and vectors, one segment each.");
    report.indexes(List.of(forest, hnsw));
    report.head(
        "Searching",
        String.format(
            Locale.ROOT,
            "The %d nearest by vector for all %,d queries, on one thread, the indexes taking turns."
                + " Recall is the share of the exact nearest that was found; p50 and p99 are"
                + " latencies in milliseconds; on a busy machine p99 tells more about that. A filter's"
                + " “own” is what fits the answer. ef is how many candidates HNSW collects, by"
                + " default as many as are wanted.",
            k,
            data.questions().size()));
    report.searches(runners, race.results());
  }
}
