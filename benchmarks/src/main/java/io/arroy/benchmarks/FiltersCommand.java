package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.benchmarks.filter.FilterCase;
import io.arroy.benchmarks.filter.MadeFilters;
import io.arroy.benchmarks.filter.MetadataFilters;
import io.arroy.benchmarks.filter.RowFilterQuery;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.index.OpenIndex;
import io.arroy.benchmarks.measure.Contest;
import io.arroy.benchmarks.measure.Contestant;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.report.Facts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches under filters. */
@Command(
    name = "filters",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Searches under filters of every pass rate and correlation, and under those that the data"
            + " set comes with, and prints recall, latency, vectors scored and the plan.")
final class FiltersCommand implements Callable<Integer> {

  /** Once everything is compiled, a new filter needs little to warm up. */
  private static final double NEXT_WARM_UP_SECONDS = .1;

  @Mixin private RunOptions run;

  @Option(
      names = "--pass",
      split = ",",
      paramLabel = "SHARE",
      description = "Pass rates (default: .001 to .99).")
  private List<Double> passes = List.of(.001, .005, .01, .02, .05, .1, .2, .5, .9, .99);

  @Option(
      names = "--corr",
      split = ",",
      description = "Correlations, of -1, 0 and 1 (default: all).")
  private List<Integer> correlations = List.of(-1, 0, 1);

  @Option(names = "--no-real", description = "Leave out the filters that the data set comes with.")
  private boolean madeOnly;

  @Option(
      names = "--as-iterator",
      description = "Show Lucene a filter's documents one by one, not as a bitset it may reuse.")
  private boolean asIterator;

  @Option(
      names = "--layout",
      description = "Segments: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Layout layout = Layout.MERGED;

  private double warmUpSeconds;

  @Override
  public Integer call() throws IOException {
    if (passes.stream().anyMatch(pass -> pass <= 0 || pass > 1)
        || correlations.stream().anyMatch(correlation -> Math.abs(correlation) > 1)) {
      throw new UserErrorException("--pass takes shares from 0 to 1, --corr takes -1, 0 and 1");
    }
    Facts facts = new Facts(System.out);
    Dataset data = run.open(100, List.of(10, 100));
    int[] chosen = run.chosenQueries(data);
    float[][] queries = RunOptions.pick(data.queries().toArrays(), chosen);
    List<Peer> peers = run.peers(List.of("hnsw"));
    Machine.describe(facts);
    run.describe(facts, data, chosen.length);
    System.err.println("Filters over " + data.name() + " ...");
    List<FilterCase> cases = cases(data, chosen, queries);
    FiltersReport report = new FiltersReport(data, facts);
    warmUpSeconds = run.warmUpSeconds;
    run.withStore(store -> measure(store, data, peers, queries, cases, report));
    report.finish(run.out, run.plot);
    return 0;
  }

  private List<FilterCase> cases(Dataset data, int[] chosen, float[][] queries) throws IOException {
    TruthCache truths = run.truths();
    MadeFilters made = new MadeFilters(data, queries, truths, run.out.resolve("truth"));
    List<FilterCase> cases = new ArrayList<>();
    for (int correlation : correlations) {
      cases.addAll(made.of(correlation, passes));
    }
    if (!madeOnly) {
      cases.addAll(new MetadataFilters(data, chosen, truths, data.truth() != null).all());
    }
    return cases;
  }

  private void measure(
      IndexStore store,
      Dataset data,
      List<Peer> peers,
      float[][] queries,
      List<FilterCase> cases,
      FiltersReport report)
      throws IOException {
    Map<Peer, OpenIndex> indexes = new LinkedHashMap<>();
    try {
      for (Peer peer : peers) {
        System.err.println("Index of " + peer.name() + " ...");
        indexes.put(peer, new OpenIndex(store.get(peer, data, layout).folder()));
      }
      for (FilterCase filter : cases) {
        System.err.println("Searches, " + FiltersReport.describe(filter) + " ...");
        Map<Peer, Query[]> filters = new LinkedHashMap<>();
        indexes.forEach((peer, index) -> filters.put(peer, queries(index, filter, queries.length)));
        for (int k : run.ks) {
          report.measured(filter, k, measure(indexes, filters, filter, k, queries));
        }
      }
    } finally {
      IOUtils.close(indexes.values());
    }
  }

  /** The filter of each query over one index; queries that share rows share it. */
  private Query[] queries(OpenIndex index, FilterCase filter, int count) {
    IdentityHashMap<FixedBitSet, Query> known = new IdentityHashMap<>();
    Query[] filters = new Query[count];
    for (int query = 0; query < count; query++) {
      filters[query] =
          known.computeIfAbsent(
              filter.rows(query), rows -> new RowFilterQuery(index, rows, asIterator));
    }
    return filters;
  }

  private List<Outcome> measure(
      Map<Peer, OpenIndex> indexes,
      Map<Peer, Query[]> filters,
      FilterCase filter,
      int k,
      float[][] queries)
      throws IOException {
    List<Contestant> contestants = new ArrayList<>();
    indexes.forEach(
        (peer, index) -> {
          for (Peer.FilteredVariant variant : peer.filteredVariants(k)) {
            contestants.add(
                new Contestant(
                    variant.name(),
                    index,
                    List.of(variant.setting()),
                    queries.length,
                    query -> filters.get(peer)[query]));
          }
        });
    Contest contest = new Contest(queries, filter.truth(), k, run.rounds, warmUpSeconds, false);
    warmUpSeconds = Math.min(warmUpSeconds, NEXT_WARM_UP_SECONDS);
    return contest.run(contestants);
  }
}
