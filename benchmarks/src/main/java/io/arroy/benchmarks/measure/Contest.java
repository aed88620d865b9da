package io.arroy.benchmarks.measure;

import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.Parallel;
import io.arroy.benchmarks.peer.Setting;
import io.arroy.benchmarks.peer.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;

/**
 * Measures systems side by side in one process.
 *
 * <p>A round asks every query of every setting; systems take turns at each setting, so that a slow
 * minute of the machine hits all of them. Rounds start after a warm-up through the same code.
 */
public final class Contest {

  private static final int WARM_UP_QUERIES = 50;

  private final float[][] queries;
  private final Neighbors truth;
  private final int k;
  private final int rounds;
  private final double warmUpSeconds;
  private final boolean twoThreads;

  /**
   * A contest over {@code queries}.
   *
   * @param truth of the same queries, in the same order
   * @param warmUpSeconds how long to run each system before measuring
   * @param twoThreads whether to measure throughput on two threads too
   */
  public Contest(
      float[][] queries,
      Neighbors truth,
      int k,
      int rounds,
      double warmUpSeconds,
      boolean twoThreads) {
    this.queries = queries;
    this.truth = truth;
    this.k = k;
    this.rounds = rounds;
    this.warmUpSeconds = warmUpSeconds;
    this.twoThreads = twoThreads;
  }

  /** Runs all rounds; outcomes come system by system, settings in their order. */
  public List<Outcome> run(List<Contestant> contestants) throws IOException {
    List<List<Entry>> entries = new ArrayList<>();
    int longest = 0;
    for (Contestant contestant : contestants) {
      List<Entry> own =
          contestant.settings().stream().map(setting -> new Entry(contestant, setting)).toList();
      entries.add(own);
      longest = Math.max(longest, own.size());
    }
    warmUp(entries);
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < longest; i++) {
        for (int turn = 0; turn < entries.size(); turn++) {
          // Each round another system goes first, into caches that the one before it has filled.
          List<Entry> own = entries.get((turn + round) % entries.size());
          if (i < own.size()) {
            own.get(i).play(round);
          }
        }
      }
    }
    return entries.stream().flatMap(List::stream).map(Entry::outcome).toList();
  }

  private void warmUp(List<List<Entry>> entries) throws IOException {
    double end = System.nanoTime() + warmUpSeconds * 1e9 * entries.size();
    for (int i = 0; System.nanoTime() < end; i++) {
      for (List<Entry> own : entries) {
        own.get(i % own.size()).warmUp(i * WARM_UP_QUERIES);
      }
    }
  }

  /** One setting of one system, and what its rounds gave so far. */
  private final class Entry {
    private final Contestant contestant;
    private final Setting setting;
    private final Rounds p50 = new Rounds();
    private final Rounds p99 = new Rounds();
    private final Rounds mean = new Rounds();
    private final Rounds perSecond = new Rounds();
    private final Rounds perSecondOnTwo = new Rounds();
    private final int[][] hits;
    private Tally tally = new Tally();

    Entry(Contestant contestant, Setting setting) {
      this.contestant = contestant;
      this.setting = setting;
      this.hits = new int[Math.min(contestant.queries(), queries.length)][];
    }

    private TopDocs search(int query, Tally counts) throws IOException {
      return setting.search(
          contestant.index().searcher(), queries[query], k, contestant.filter(query), counts);
    }

    void warmUp(int from) throws IOException {
      Tally ignored = new Tally();
      for (int i = 0; i < Math.min(WARM_UP_QUERIES, hits.length); i++) {
        search((from + i) % hits.length, ignored);
      }
    }

    void play(int round) throws IOException {
      double[] micros = new double[hits.length];
      tally = new Tally();
      long start = System.nanoTime();
      for (int query = 0; query < hits.length; query++) {
        long before = System.nanoTime();
        TopDocs found = search(query, tally);
        micros[query] = (System.nanoTime() - before) / 1e3;
        if (round == 0) {
          hits[query] = rows(found);
        }
      }
      perSecond.add(hits.length / ((System.nanoTime() - start) / 1e9));
      p50.add(Statistics.median(micros));
      p99.add(Statistics.quantile(micros, .99));
      mean.add(Statistics.mean(micros));
      if (twoThreads) {
        perSecondOnTwo.add(throughput(2));
      }
    }

    private int[] rows(TopDocs found) {
      int[] rows = new int[found.scoreDocs.length];
      for (int i = 0; i < rows.length; i++) {
        ScoreDoc hit = found.scoreDocs[i];
        rows[i] = contestant.index().row(hit.doc);
      }
      return rows;
    }

    private double throughput(int threads) {
      AtomicInteger next = new AtomicInteger();
      long start = System.nanoTime();
      Parallel.run(
          threads,
          thread -> {
            Tally ignored = new Tally();
            try {
              for (int query = next.getAndIncrement();
                  query < hits.length;
                  query = next.getAndIncrement()) {
                search(query, ignored);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      return hits.length / ((System.nanoTime() - start) / 1e9);
    }

    Outcome outcome() {
      return new Outcome(
          contestant.name(),
          setting.label(),
          Recall.at(k, List.of(hits), truth),
          (double) tally.candidates() / hits.length,
          tally.nodes() == 0 ? Double.NaN : (double) tally.nodes() / hits.length,
          tally.plan(),
          p50,
          p99,
          mean,
          perSecond,
          perSecondOnTwo,
          List.of(hits));
    }
  }
}
