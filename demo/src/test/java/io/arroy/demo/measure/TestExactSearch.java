package io.arroy.demo.measure;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.demo.data.DataFolder;
import io.arroy.demo.data.Entry;
import io.arroy.demo.data.Question;
import io.arroy.demo.data.SmallFolder;
import io.arroy.demo.filter.Filter;
import io.arroy.demo.filter.FilterTemplate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;

/** The yardstick itself, checked by sorting all scores. */
public class TestExactSearch extends RandomizedTest {
  @Test
  public void findsTheNearestThatPass() throws IOException {
    DataFolder data = DataFolder.read(SmallFolder.write(newTempDir()), entries -> {});
    ExactSearch exact = new ExactSearch(data);
    int k = randomIntBetween(1, 50);
    FilterTemplate own = FilterTemplate.parse(List.of("section=own"), data.schema());
    List<List<Filter>> filters = new ArrayList<>();
    for (Question question : data.questions()) {
      filters.add(Arrays.asList(Filter.NONE, null, own.filter(question)));
    }
    List<List<Nearest>> nearest = exact.search(filters, k, done -> {});
    for (int q = 0; q < data.questions().size(); q++) {
      assertNearest(data, exact, data.questions().get(q), Filter.NONE, nearest.get(q).get(0), k);
      assertEquals(0, nearest.get(q).get(1).size());
      Filter filter = filters.get(q).get(2);
      assertNearest(data, exact, data.questions().get(q), filter, nearest.get(q).get(2), k);
    }
  }

  private static void assertNearest(
      DataFolder data,
      ExactSearch exact,
      Question question,
      Filter filter,
      Nearest nearest,
      int k) {
    int[] accepted = data.entries().stream().filter(filter::accepts).mapToInt(Entry::row).toArray();
    assertEquals(exact.accepted(filter).cardinality(), accepted.length);
    float[] scores = exact.scores(question, accepted);
    Arrays.sort(scores);
    int expected = Math.min(k, accepted.length);
    assertEquals(expected, nearest.size());
    assertEquals(expected, nearest.count(scores));
    float[] best = Arrays.copyOfRange(scores, scores.length - expected, scores.length);
    assertEquals(expected, nearest.count(best));
    for (int i = 0; i < scores.length - expected; i++) {
      boolean right = scores[i] >= best[0] - 2 * Nearest.ROUNDING;
      assertTrue(right || nearest.count(new float[] {scores[i]}) == 0);
    }
  }

  @Test
  public void equalScoresAreEquallyRight() {
    Nearest nearest = new Nearest(2);
    for (float score : new float[] {1, 3, 2, 2, 0}) {
      nearest.offer(score);
    }
    assertEquals(2, nearest.count(new float[] {2, 3}));
    assertEquals(1, nearest.count(new float[] {2, 1}));
    assertEquals(2, nearest.count(new float[] {2, 2}));
  }

  @Test
  public void percentiles() {
    Latencies latencies = new Latencies();
    assertEquals(Double.NaN, latencies.millis(0.5), 0);
    for (int i = 1000; i > 0; i--) {
      latencies.add(i * 1_000_000L);
    }
    assertEquals(1000, latencies.size());
    assertEquals(500, latencies.millis(0.5), 0);
    assertEquals(990, latencies.millis(0.99), 0);
    assertEquals(1000, latencies.millis(1), 0);
  }
}
