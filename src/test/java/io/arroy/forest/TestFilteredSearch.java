package io.arroy.forest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.search.SearchPlan;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.SparseFixedBitSet;
import org.junit.Test;

/** Searches of a part of the items: random parts, and those nearest to or farthest from a query. */
public class TestFilteredSearch extends RandomizedTest {

  @Test
  @Repeat(iterations = 40)
  public void pruningLosesNoItem() throws IOException {
    Items items = Items.random(getRandom());
    ForestIndex index = ForestIndex.open(items.build(randomOptions()), items.description().index());
    FixedBitSet passing = new FixedBitSet(Math.max(1, items.size()));
    int share = randomFrom(new ArrayList<>(List.of(1, 5, 20, 50, 95)));
    for (int i = 0; i < items.size(); i++) {
      if (randomIntBetween(0, 99) < share) {
        passing.set(i);
      }
    }
    int count = passing.cardinality();
    int budget = count - 1;
    if (budget < 1) {
      return;
    }
    SearchOptions options =
        SearchOptions.nearest(1).withBudget(budget).withAccepted(anyKind(passing), count);
    TopHits hits = items.search(index, items.randomQuery(getRandom()), options);
    assertTrue(hits.scored() + " of " + count, hits.scored() >= budget && hits.scored() <= count);
    for (TopHits.Hit hit : hits.top(Integer.MAX_VALUE)) {
      assertTrue(passing.get(hit.ordinal()));
    }
  }

  /** Where a filter leaves some leaves nearly whole and others nearly empty, none is lost. */
  @Test
  @Repeat(iterations = 5)
  public void leavesAreOpenedOrNotByWhatTheFilterLeavesInThem() throws IOException {
    Distance distance =
        randomFrom(
            new ArrayList<>(List.of(Distance.EUCLIDEAN, Distance.DOT_PRODUCT, Distance.COSINE)));
    Items items = Items.clustered(getRandom(), 4000, 80, distance);
    ForestIndex index =
        ForestIndex.open(
            items.build(BuildOptions.DEFAULT.withForestFrom(0).withTrees(randomIntBetween(1, 2))),
            0);
    FixedBitSet accepted = filter(items, index, items.queryNearItem(getRandom()), 1, .12);
    accepted.or(filter(items, index, null, 0, .05));
    int count = accepted.cardinality();
    float[] point = items.queryNearItem(getRandom());
    SearchOptions options =
        SearchOptions.nearest(10).withBudget(count - 1).withAccepted(anyKind(accepted), count);
    TopHits hits = items.search(index, point, options);
    assertEquals(Set.of(SearchPlan.SPARSE_WALK), hits.plans());
    assertTrue(hits.scored() + " of " + count, hits.scored() >= count - 1);
    assertTrue(hits.scored() + " of " + count, hits.scored() <= count);
    Set<Integer> found =
        ordinals(items.search(index, point, options.withBudget(Integer.MAX_VALUE)), 10);
    List<TopHits.Hit> best = hits.top(10);
    found.retainAll(ordinals(hits, 10));
    assertTrue("found " + found, found.size() >= 8);
    assertTrue(best.stream().allMatch(hit -> accepted.get(hit.ordinal())));
    assertEquals(10, ordinals(hits, 10).size());
    TopHits stopped = new TopHits(count / 2);
    index.search(point, options, stopped);
    assertTrue("scored " + stopped.scored(), stopped.scored() < count / 2 + 200);
    assertTrue(stopped.top(count).stream().allMatch(hit -> accepted.get(hit.ordinal())));
  }

  @Test
  public void recallHoldsWhateverTheFilterLeaves() throws IOException {
    Distance distance =
        randomFrom(
            new ArrayList<>(List.of(Distance.EUCLIDEAN, Distance.DOT_PRODUCT, Distance.COSINE)));
    int dimension = randomFrom(new ArrayList<>(List.of(24, 80)));
    Items items = Items.clustered(getRandom(), 6000, dimension, distance);
    // Searches go by what was measured, or by what is usual.
    BuildOptions options =
        BuildOptions.DEFAULT
            .withForestFrom(1000)
            .withLeafSize(randomFrom(new ArrayList<>(List.of(32, 128))))
            .withCalibrateFrom(randomBoolean() ? 0 : Integer.MAX_VALUE);
    ForestIndex index = ForestIndex.open(items.build(options), 0);
    int k = randomFrom(new ArrayList<>(List.of(10, 50)));
    for (int correlation = -1; correlation <= 1; correlation++) {
      for (double pass : new double[] {.05, .1, .2, .5, .9, 1}) {
        int found = 0;
        int wanted = 0;
        for (int query = 0; query < 30; query++) {
          float[] point = items.queryNearItem(getRandom());
          FixedBitSet accepted = filter(items, index, point, correlation, pass);
          int count = accepted.cardinality();
          SearchOptions some = SearchOptions.nearest(k).withAccepted(anyKind(accepted), count);
          Set<Integer> exact =
              ordinals(items.search(index, point, some.withBudget(Integer.MAX_VALUE)), k);
          wanted += exact.size();
          exact.retainAll(ordinals(items.search(index, point, some), k));
          found += exact.size();
        }
        double recall = (double) found / wanted;
        assertTrue("pass " + pass + " correlation " + correlation + ": " + recall, recall >= .9);
      }
    }
  }

  /** Far from a query all items are about as far: codes tell nothing, and all are scored. */
  @Test
  public void whereCodesTellTooLittleScansAreExact() throws IOException {
    int exact = 0;
    for (int set = 0; set < 3; set++) {
      Items items = Items.clustered(getRandom(), 12_000, 96, Distance.EUCLIDEAN);
      ForestIndex index =
          ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(1000)), 0);
      for (int query = 0; query < 5; query++) {
        float[] point = items.queryNearItem(getRandom());
        FixedBitSet accepted = filter(items, index, point, -1, .15);
        int count = accepted.cardinality();
        TopHits hits =
            items.search(index, point, SearchOptions.nearest(5).withAccepted(accepted, count));
        assertTrue(hits.scored() + " of " + count, hits.scored() <= count);
        if (hits.top(count).size() == count) {
          assertAllScored(items, point, 5, accepted, hits);
          exact++;
        }
      }
    }
    assertTrue("never exact", exact > 0);
  }

  @Test
  public void scansByCodesScoreFewExactlyAndStopWhenTold() throws IOException {
    // Of several centres, so that codes tell most items from the nearest.
    Items items = Items.clustered(getRandom(), 20_000, 128, Distance.COSINE, 12);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(1000)), 0);
    float[] point = items.queryNearItem(getRandom());
    FixedBitSet accepted = filter(items, index, point, 0, .04);
    int count = accepted.cardinality();
    SearchOptions options = SearchOptions.nearest(1).withAccepted(anyKind(accepted), count);
    TopHits hits = items.search(index, point, options);
    assertEquals(count, hits.scored());
    int offered = hits.top(count).size();
    assertTrue(offered + " of " + count, offered < count / 2);
    assertTrue(hits.top(count).stream().allMatch(hit -> accepted.get(hit.ordinal())));
    TopHits stopped = new TopHits(200);
    index.search(point, options, stopped);
    assertTrue("scored " + stopped.scored(), stopped.scored() < 200 + 64);
  }

  @Test
  public void aFilterThatLeavesTheNearestCostsNoMoreThanNone() throws IOException {
    Items items = Items.clustered(getRandom(), 20_000, 24, Distance.EUCLIDEAN);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(1000)), 0);
    float[] point = items.queryNearItem(getRandom());
    int unfiltered = items.search(index, point, SearchOptions.nearest(10)).scored();
    FixedBitSet accepted = filter(items, index, point, 1, .5);
    SearchOptions options =
        SearchOptions.nearest(10).withAccepted(accepted, accepted.cardinality());
    int filtered = items.search(index, point, options).scored();
    assertTrue(filtered + " against " + unfiltered, filtered <= 2 * unfiltered);
  }

  @Test
  public void fewAcceptedAreScannedExactly() throws IOException {
    Items items = Items.clustered(getRandom(), 5000, 8, Distance.EUCLIDEAN);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(1000)), 0);
    FixedBitSet accepted = new FixedBitSet(items.size());
    while (accepted.cardinality() < 200) {
      accepted.set(randomIntBetween(0, items.size() - 1));
    }
    SearchOptions options = SearchOptions.nearest(10).withAccepted(accepted, 200);
    float[] point = items.randomQuery(getRandom());
    TopHits hits = items.search(index, point, options);
    assertAllScored(items, point, 10, accepted, hits);
  }

  /** A walk that finds nothing near gives up for a scan: exact, and each item reported once. */
  @Test
  public void farAcceptedAreScannedInTheEnd() throws IOException {
    int exact = 0;
    int queries = 0;
    // Whether a walk gives up depends on the data: of one set in thirty none of 20 does.
    for (int set = 0; set < 4; set++) {
      Items items = Items.clustered(getRandom(), 30_000, 24, Distance.EUCLIDEAN);
      ForestIndex index =
          ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(1000)), 0);
      for (int query = 0; query < 10; query++, queries++) {
        float[] point = items.queryNearItem(getRandom());
        FixedBitSet accepted = filter(items, index, point, -1, .05);
        int count = accepted.cardinality();
        TopHits hits =
            items.search(index, point, SearchOptions.nearest(10).withAccepted(accepted, count));
        assertTrue(hits.scored() + " of " + count, hits.scored() <= count);
        if (hits.plans().contains(SearchPlan.EXACT_SCAN)) {
          assertAllScored(items, point, 10, accepted, hits);
          exact++;
        }
      }
    }
    assertTrue(exact + " of " + queries + " scanned", exact > 0);
  }

  /** Each accepted item was scored, once, and the nearest k are exactly these. */
  private static void assertAllScored(
      Items items, float[] point, int k, FixedBitSet accepted, TopHits hits) {
    assertEquals(accepted.cardinality(), hits.scored());
    assertEquals(
        items.exact(point, k, accepted), hits.top(k).stream().map(TopHits.Hit::proximity).toList());
  }

  private static FixedBitSet filter(
      Items items, ForestIndex index, float[] point, int correlation, double pass)
      throws IOException {
    FixedBitSet accepted = new FixedBitSet(items.size());
    if (correlation == 0) {
      for (int i = 0; i < items.size(); i++) {
        if (randomDouble() < pass) {
          accepted.set(i);
        }
      }
      return accepted;
    }
    SearchOptions all = SearchOptions.nearest(items.size()).withBudget(Integer.MAX_VALUE);
    List<TopHits.Hit> order = items.search(index, point, all).top(items.size());
    int count = (int) Math.round(pass * items.size());
    int from = correlation > 0 ? 0 : items.size() - count;
    for (TopHits.Hit hit : order.subList(from, from + count)) {
      accepted.set(hit.ordinal());
    }
    return accepted;
  }

  private static Set<Integer> ordinals(TopHits hits, int k) {
    Set<Integer> ordinals = new HashSet<>();
    hits.top(k).forEach(hit -> ordinals.add(hit.ordinal()));
    return ordinals;
  }

  /** The same ordinals as any class of bits that may come. */
  private static Bits anyKind(FixedBitSet bits) throws IOException {
    return switch (randomIntBetween(0, 2)) {
      case 0 -> bits;
      case 1 -> {
        BitSet sparse = new SparseFixedBitSet(bits.length());
        for (int i = 0; i < bits.length(); i++) {
          if (bits.get(i)) {
            sparse.set(i);
          }
        }
        yield sparse;
      }
      default ->
          new Bits() {
            @Override
            public boolean get(int index) {
              return bits.get(index);
            }

            @Override
            public int length() {
              return bits.length();
            }
          };
    };
  }

  private static BuildOptions randomOptions() {
    return BuildOptions.DEFAULT
        .withTrees(randomIntBetween(1, 3))
        .withLeafSize(randomIntBetween(2, 60))
        .withForestFrom(0)
        .withSeed(randomLong());
  }
}
