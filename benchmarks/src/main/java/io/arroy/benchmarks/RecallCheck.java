package io.arroy.benchmarks;

import io.arroy.benchmarks.data.BruteForce;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.RowFilter;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.benchmarks.index.OpenIndex;
import io.arroy.benchmarks.measure.Contest;
import io.arroy.benchmarks.measure.Contestant;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.util.FixedBitSet;

/** Whether indexes still find what they should. */
final class RecallCheck {

  private final Dataset data;
  private final int k;
  private final RunOptions run;
  private final int[] chosen;
  private final float[][] queries;

  RecallCheck(RunOptions run, Dataset data) {
    this.data = data;
    this.run = run;
    this.k = run.ks.get(0);
    this.chosen = run.chosenQueries(data);
    this.queries = RunOptions.pick(data.queries().toArrays(), chosen);
  }

  int k() {
    return k;
  }

  /** Of the index in {@code folder}, which holds all of the base, with nothing set. */
  double withDefaults(Peer peer, Path folder) throws IOException {
    try (OpenIndex index = new OpenIndex(folder)) {
      List<Setting> settings = List.of(peer.filteredVariants(k).get(0).setting());
      Contestant contestant = new Contestant(peer.name(), index, settings, queries.length, null);
      return new Contest(queries, run.truths().of(data).of(chosen), k, 1, 0, false)
          .run(List.of(contestant))
          .get(0)
          .recall();
    }
  }

  /**
   * Outcomes over the whole sweep: of {@code one}, then of {@code other}; both hold {@code live}.
   */
  List<Outcome> sideBySide(Peer peer, Path one, Path other, FixedBitSet live) throws IOException {
    RowFilter accepts = (query, row) -> live.get(row);
    Neighbors truth =
        new BruteForce(data.base(), queries, data.similarity())
            .nearest(TruthCache.DEPTH, List.of(accepts))
            .get(0);
    try (OpenIndex first = new OpenIndex(one);
        OpenIndex second = new OpenIndex(other)) {
      List<Setting> settings = peer.sweep(k, live.cardinality());
      return new Contest(queries, truth, k, run.rounds, run.warmUpSeconds, false)
          .run(
              List.of(
                  new Contestant("one", first, settings, queries.length, null),
                  new Contestant("other", second, settings, queries.length, null)));
    }
  }
}
