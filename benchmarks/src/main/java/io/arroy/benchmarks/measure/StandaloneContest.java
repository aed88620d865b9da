package io.arroy.benchmarks.measure;

import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.standalone.Answers;
import io.arroy.benchmarks.standalone.SearchRequest;
import io.arroy.benchmarks.standalone.StandaloneSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures systems without Lucene side by side.
 *
 * <p>As in a {@link Contest} systems take turns at each setting, round by round, after a warm-up.
 * In the first round the settings of a system end with the first that finds nearly everything:
 * dearer ones could only cost more.
 */
public final class StandaloneContest {

  private static final double ENOUGH = .995;
  private static final int WARM_UP_QUERIES = 20;

  private final Neighbors truth;
  private final int k;
  private final String filter;
  private final int queries;
  private final int rounds;
  private final double warmUpSeconds;

  /**
   * A contest.
   *
   * @param truth of the queries, under the filter
   * @param filter the workload's filter, or null
   * @param queries how many to ask, the first ones
   * @param warmUpSeconds for each system
   */
  public StandaloneContest(
      Neighbors truth, int k, String filter, int queries, int rounds, double warmUpSeconds) {
    this.truth = truth;
    this.k = k;
    this.filter = filter;
    this.queries = queries;
    this.rounds = rounds;
    this.warmUpSeconds = warmUpSeconds;
  }

  /** Runs all rounds; outcomes come system by system, settings in their order. */
  public List<Outcome> run(List<? extends StandaloneSystem> systems) throws IOException {
    List<List<Entry>> entries = new ArrayList<>();
    int longest = 0;
    for (StandaloneSystem system : systems) {
      List<Entry> own = new ArrayList<>();
      system.settings(k).forEach(setting -> own.add(new Entry(system, setting)));
      entries.add(own);
      longest = Math.max(longest, own.size());
      warmUp(own);
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < longest; i++) {
        for (int turn = 0; turn < entries.size(); turn++) {
          List<Entry> own = entries.get((turn + round) % entries.size());
          // The first setting is the default, which may be more thorough than those after it.
          if (i < own.size() && own.get(i).play() >= ENOUGH && round == 0 && i > 0) {
            own.subList(i + 1, own.size()).clear();
          }
        }
      }
    }
    return entries.stream().flatMap(List::stream).map(Entry::outcome).toList();
  }

  private void warmUp(List<Entry> entries) throws IOException {
    long end = System.nanoTime() + (long) (warmUpSeconds * 1e9);
    int count = Math.min(WARM_UP_QUERIES, queries);
    // The thorough half would leave no time for the others.
    int settings = (entries.size() + 1) / 2;
    for (int i = 0; System.nanoTime() < end; i++) {
      int from = i * count % (queries - count + 1);
      entries.get(i % settings).ask(from, count);
    }
  }

  /** One setting of one system, and what its rounds gave so far. */
  private final class Entry {
    private final StandaloneSystem system;
    private final String setting;
    private final Rounds p50 = new Rounds();
    private final Rounds p99 = new Rounds();
    private final Rounds mean = new Rounds();
    private List<int[]> hits = List.of();

    Entry(StandaloneSystem system, String setting) {
      this.system = system;
      this.setting = setting;
    }

    Answers ask(int from, int count) throws IOException {
      return system.search(new SearchRequest(k, setting, filter, from, count));
    }

    /** Asks all queries and returns the recall. */
    double play() throws IOException {
      Answers answers = ask(0, queries);
      p50.add(Statistics.median(answers.micros()));
      p99.add(Statistics.quantile(answers.micros(), .99));
      mean.add(Statistics.mean(answers.micros()));
      hits = answers.hits();
      return recall();
    }

    double recall() {
      return Recall.at(k, hits, truth);
    }

    Outcome outcome() {
      return new Outcome(
          system.name(),
          setting,
          recall(),
          Double.NaN,
          Double.NaN,
          "-",
          p50,
          p99,
          mean,
          new Rounds(),
          new Rounds(),
          hits);
    }
  }
}
