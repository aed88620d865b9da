package io.arroy.benchmarks.measure;

import static org.junit.Assert.assertEquals;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.benchmarks.data.Neighbors;
import java.util.List;
import org.junit.Test;

/** Shares of the truth, and summaries. */
public class TestRecall extends RandomizedTest {

  @Test
  public void shareOfTheNearest() {
    Neighbors truth = new Neighbors(new int[][] {{5, 3, 9}, {1}, {}});
    List<int[]> hits = List.of(new int[] {3, 4, 5}, new int[] {1}, new int[0]);
    assertEquals((1. / 2 + 1 + 1) / 3, Recall.at(2, hits, truth), 1e-9);
    assertEquals((2. / 3 + 1 + 1) / 3, Recall.at(3, hits, truth), 1e-9);
  }

  @Test
  public void aRowFoundTwiceCountsOnce() {
    Neighbors truth = new Neighbors(new int[][] {{5, 3}});
    assertEquals(.5, Recall.at(2, List.of(new int[] {5, 5}), truth), 1e-9);
  }

  @Test
  public void quantilesAndMedians() {
    double[] values = {5, 1, 4, 2, 3};
    assertEquals(3, Statistics.median(values), 0);
    assertEquals(2.5, Statistics.median(new double[] {1, 2, 3, 4}), 0);
    assertEquals(5, Statistics.quantile(values, .99), 0);
    assertEquals(1, Statistics.quantile(values, 0), 0);
    assertEquals(2, Statistics.quantile(values, .4), 0);
    assertEquals(1, Statistics.least(values), 0);
  }
}
