package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Recall against latency, and what building costs. */
@Command(
    name = "compare",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Indexes the same vectors with each system, sweeps its search parameter, and prints recall,"
            + " latency, throughput, build cost, bytes and memory.")
final class CompareCommand implements Callable<Integer> {

  private static final List<String> ALL_RIVALS = List.of("hnsw", "hnsw1", "hnsw4", "exact");

  @Mixin private RunOptions run;

  @Option(
      names = "--layout",
      split = ",",
      description = "Segments: ${COMPLETION-CANDIDATES} (default: merged,natural).")
  private List<Layout> layouts = List.of(Layout.MERGED, Layout.NATURAL);

  @Option(names = "--no-two-threads", description = "Leave out throughput on two threads.")
  private boolean oneThread;

  @Override
  public Integer call() throws IOException {
    Facts facts = new Facts(System.out);
    Dataset data = run.open(Integer.MAX_VALUE, List.of(10));
    int[] chosen = run.chosenQueries(data);
    float[][] queries = RunOptions.pick(data.queries().toArrays(), chosen);
    List<Peer> peers = run.peers(ALL_RIVALS);
    System.err.println("Truth of " + data.name() + " ...");
    Neighbors truth = run.truths().of(data).of(chosen);
    Machine.describe(facts);
    run.describe(facts, data, chosen.length);
    CompareReport report = new CompareReport(data, facts, QueryKinds.of(data, chosen), truth);
    run.withStore(
        store -> {
          for (Layout layout : layouts) {
            compare(store, data, layout, peers, queries, truth, report);
          }
        });
    report.finish(run.out, run.plot);
    return 0;
  }

  private void compare(
      IndexStore store,
      Dataset data,
      Layout layout,
      List<Peer> peers,
      float[][] queries,
      Neighbors truth,
      CompareReport report)
      throws IOException {
    Map<Peer, OpenIndex> indexes = new LinkedHashMap<>();
    try {
      for (Peer peer : peers) {
        System.err.println("Index of " + peer.name() + ", " + layout.word() + " ...");
        IndexStore.Stored stored = store.get(peer, data, layout);
        report.built(peer.name(), layout, stored);
        indexes.put(peer, new OpenIndex(stored.folder()));
      }
      if (layout == Layout.NATURAL
          && layouts.contains(Layout.MERGED)
          && indexes.values().stream().allMatch(index -> index.segments() == 1)) {
        System.err.println("Indexing left one segment: nothing else to measure.");
        return;
      }
      for (int k : run.ks) {
        System.err.println("Searches for " + k + " neighbours ...");
        List<Contestant> contestants = new ArrayList<>();
        indexes.forEach(
            (peer, index) ->
                contestants.add(
                    new Contestant(
                        peer.name(),
                        index,
                        peer.sweep(k, data.base().size()),
                        peer.affordableQueries(queries.length),
                        null)));
        List<Outcome> outcomes =
            new Contest(queries, truth, k, run.rounds, run.warmUpSeconds, !oneThread)
                .run(contestants);
        report.measured(layout, k, outcomes);
      }
    } finally {
      IOUtils.close(indexes.values());
    }
  }
}
