package io.arroy.demo.measure;

import io.arroy.demo.data.DataFolder;
import io.arroy.demo.data.Question;
import io.arroy.demo.filter.Filter;
import io.arroy.demo.filter.FilterTemplate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.lucene.search.TopDocs;

/**
 * Asks every question of every runner under every filter, on one thread. Runners take turns within
 * a round and rounds start with another runner each time, so that whatever else the machine does
 * hits all of them alike. Rounds before the clock starts warm the code and the files up.
 */
public final class Race {
  private final DataFolder data;
  private final ExactSearch exact;
  private final List<Runner> runners;
  private final int k;
  private final List<Heat> heats = new ArrayList<>();
  private final List<List<Filter>> filters = new ArrayList<>();
  private List<List<Nearest>> nearest = List.of();
  private long checkStart = System.nanoTime();
  private int rounds;

  /** Prepares a race for the k nearest under each of these filters. */
  public Race(
      DataFolder data,
      ExactSearch exact,
      List<Runner> runners,
      List<FilterTemplate> templates,
      int k) {
    this.data = data;
    this.exact = exact;
    this.runners = runners;
    this.k = k;
    for (FilterTemplate template : templates) {
      heats.add(new Heat(template, runners.size()));
    }
    for (Question question : data.questions()) {
      List<Filter> own = new ArrayList<>();
      for (Heat heat : heats) {
        own.add(heat.filter(question, exact));
      }
      filters.add(own);
    }
  }

  /** Finds the exact neighbours; the progress is in entries. */
  public void findExact(IntConsumer progress) {
    nearest = exact.search(filters, k, progress);
  }

  /** Compares what each runner finds with the exact neighbours; the progress is in searches. */
  public void checkRecall(IntConsumer progress) throws IOException {
    checkStart = System.nanoTime();
    int searches = 0;
    for (int h = 0; h < heats.size(); h++) {
      for (int q = 0; q < filters.size(); q++) {
        if (filters.get(q).get(h) != null) {
          check(heats.get(h), q, filters.get(q).get(h), nearest.get(q).get(h));
          searches += runners.size();
          progress.accept(searches);
        }
      }
    }
  }

  private void check(Heat heat, int q, Filter filter, Nearest expected) throws IOException {
    Question question = data.questions().get(q);
    heat.expect(expected.size());
    for (int r = 0; r < runners.size(); r++) {
      Runner runner = runners.get(r);
      TopDocs found = runner.searcher().byVector(question.vector(), filter, k, runner.search());
      heat.found(r, expected.count(exact.scores(question, runner.searcher().rows(found))));
    }
  }

  /**
   * Runs whole rounds until they and the check of recall, which is as good as a round, have taken
   * this long.
   *
   * @param duration how long
   * @param progress told how many searches are done
   */
  public void warmUp(Duration duration, IntConsumer progress) throws IOException {
    int searches = 0;
    for (long end = checkStart + duration.toNanos(); System.nanoTime() < end; ) {
      searches = round(false, searches, progress);
    }
  }

  /**
   * Runs whole rounds for about this long, at least one, and takes the times.
   *
   * @param duration how long
   * @param progress told how many searches are done
   */
  public void measure(Duration duration, IntConsumer progress) throws IOException {
    int searches = 0;
    long end = System.nanoTime() + duration.toNanos();
    do {
      searches = round(true, searches, progress);
    } while (System.nanoTime() < end);
  }

  private int round(boolean counts, int before, IntConsumer progress) throws IOException {
    int searches = before;
    for (int h = 0; h < heats.size(); h++) {
      for (int turn = 0; turn < runners.size(); turn++) {
        searches += lap(h, (turn + rounds) % runners.size(), counts);
        progress.accept(searches);
      }
    }
    rounds++;
    return searches;
  }

  private int lap(int h, int r, boolean counts) throws IOException {
    Runner runner = runners.get(r);
    int searches = 0;
    for (int q = 0; q < filters.size(); q++) {
      Filter filter = filters.get(q).get(h);
      if (filter != null) {
        float[] vector = data.questions().get(q).vector();
        long start = System.nanoTime();
        runner.searcher().byVector(vector, filter, k, runner.search());
        long nanos = System.nanoTime() - start;
        if (counts) {
          heats.get(h).took(r, nanos);
        }
        searches++;
      }
    }
    return searches;
  }

  /** What has been found out, for each filter that applied to a question. */
  public List<Result> results() {
    return heats.stream().map(Heat::result).filter(result -> result.questions() > 0).toList();
  }
}
