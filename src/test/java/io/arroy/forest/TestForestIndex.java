package io.arroy.forest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakLingering;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.BuildMonitor;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** Whole indexes, from items to hits, over random and degenerate data. */
// A pool's last thread may still be ending when the pool says it has terminated.
@ThreadLeakLingering(linger = 5000)
public class TestForestIndex extends RandomizedTest {
  @Test
  @Repeat(iterations = 30)
  public void unboundedSearchIsExact() throws IOException {
    Items items = Items.random(getRandom());
    HeapBlocks blocks = items.build(randomOptions());
    ForestIndex index = ForestIndex.open(blocks, items.description().index());
    FixedBitSet accepted = randomBoolean() ? null : randomBits(items.size());
    int acceptedCount = accepted == null ? items.size() : accepted.cardinality();
    int k = randomIntBetween(1, 20);
    for (int round = 0; round < 5; round++) {
      float[] query = items.randomQuery(getRandom());
      SearchOptions options =
          SearchOptions.nearest(k)
              .withBudget(Integer.MAX_VALUE)
              .withAccepted(accepted, acceptedCount);
      TopHits hits = items.search(index, query, options);
      List<Float> expected = items.exact(query, k, accepted);
      List<Float> actual = hits.top(k).stream().map(TopHits.Hit::proximity).toList();
      assertEquals(expected.size(), actual.size());
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(
            expected.get(i), actual.get(i), 1e-3f * Math.max(1, Math.abs(expected.get(i))));
      }
      assertEquals(acceptedCount, hits.scored());
    }
  }

  @Test
  @Repeat(iterations = 30)
  public void smallBudgetStillDeliversK() throws IOException {
    Items items = Items.random(getRandom());
    ForestIndex index = ForestIndex.open(items.build(randomOptions()), items.description().index());
    FixedBitSet accepted = randomBits(items.size());
    int k = randomIntBetween(1, 20);
    SearchOptions options =
        SearchOptions.nearest(k).withBudget(1).withAccepted(accepted, accepted.cardinality());
    TopHits hits = items.search(index, items.randomQuery(getRandom()), options);
    assertTrue(hits.top(k).size() >= Math.min(k, accepted.cardinality()));
    for (TopHits.Hit hit : hits.top(Integer.MAX_VALUE)) {
      assertTrue(accepted.get(hit.ordinal()));
    }
  }

  @Test
  @Repeat(iterations = 10)
  public void sameSeedGivesSameBytesOnAnyNumberOfThreads()
      throws IOException, InterruptedException {
    Items items = Items.random(getRandom());
    BuildOptions options = randomOptions();
    HeapBlocks once = items.build(options);
    assertTrue(once.sameAs(items.buildOnThreads(options, List.of())));
  }

  @Test
  public void otherSeedGivesOtherTree() throws IOException {
    Items items = Items.clustered(getRandom(), 2000, 16, Distance.EUCLIDEAN);
    BuildOptions options = BuildOptions.DEFAULT.withForestFrom(0);
    BlockKey leafOf = BlockKey.of(BlockKind.LEAF_OF, 0);
    byte[] one = items.build(options.withSeed(1)).blocks().get(leafOf);
    assertFalse(Arrays.equals(one, items.build(options.withSeed(2)).blocks().get(leafOf)));
    assertArrayEquals(one, items.build(options.withSeed(1)).blocks().get(leafOf));
  }

  @Test
  public void nearLeavesHoldNearItems() throws IOException {
    for (Distance distance : Distance.values()) {
      // Without clusters a tenth of the items holds only two thirds of the nearest.
      Items items = Items.clustered(getRandom(), 5000, 16, distance, 12);
      ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0)), 0);
      int found = 0;
      for (int i = 0; i < 50; i++) {
        float[] query = items.queryNearItem(getRandom());
        Set<Float> best = new HashSet<>(items.exact(query, 10, null));
        TopHits hits = items.search(index, query, SearchOptions.nearest(10).withBudget(500));
        // It ends with a leaf, which may be twice as large as leaves should be.
        assertTrue(hits.scored() < 500 + 2 * BuildOptions.DEFAULT.leafSize());
        float worst = best.stream().min(Float::compare).orElseThrow();
        found +=
            (int) hits.top(10).stream().filter(hit -> hit.proximity() >= worst - 1e-4f).count();
      }
      assertTrue(distance + " found " + found + " of 500", found > 400);
    }
  }

  @Test
  public void signsAreFoundThroughTheForest() throws IOException {
    for (Distance distance : Distance.values()) {
      Items items = Items.clusteredBits(getRandom(), 5000, 100, distance);
      HeapBlocks blocks = items.build(BuildOptions.DEFAULT.withForestFrom(0));
      ForestIndex index = ForestIndex.open(blocks, 0);
      assertEquals(16, index.vectors().bytes() / index.size());
      int found = 0;
      for (int i = 0; i < 50; i++) {
        float[] query = items.queryNearItem(getRandom());
        float worst = items.exact(query, 10, null).getLast();
        TopHits hits = items.search(index, query, SearchOptions.nearest(10).withBudget(1000));
        found +=
            (int) hits.top(10).stream().filter(hit -> hit.proximity() >= worst - 1e-4f).count();
      }
      assertTrue(distance + " found " + found + " of 500", found > 400);
    }
  }

  @Test
  public void higherTargetsScoreMoreAndFindNoLess() throws IOException {
    Items items = Items.clustered(getRandom(), 20_000, 16, Distance.EUCLIDEAN);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0)), 0);
    int[] scored = new int[2];
    int[] found = new int[2];
    for (int i = 0; i < 40; i++) {
      float[] query = items.queryNearItem(getRandom());
      SearchOptions options = SearchOptions.nearest(10);
      List<TopHits.Hit> exact =
          items.search(index, query, options.withBudget(items.size())).top(10);
      for (int t = 0; t < 2; t++) {
        TopHits hits = items.search(index, query, options.withTargetRecall(t == 0 ? .5f : .995f));
        scored[t] += hits.scored();
        found[t] += (int) hits.top(10).stream().filter(exact::contains).count();
      }
    }
    assertTrue(scored[0] + " and " + scored[1], scored[0] < scored[1]);
    assertTrue(found[0] + " and " + found[1], found[0] <= found[1] && found[1] >= 380);
    assertMessage("targetRecall must be", () -> SearchOptions.nearest(1).withTargetRecall(1));
  }

  @Test
  public void oversamplingScoresMoreExactly() throws IOException {
    Items items = Items.clustered(getRandom(), 4000, 16, Distance.EUCLIDEAN);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0)), 0);
    SearchOptions options = SearchOptions.nearest(1).withBudget(3000);
    float[] query = items.randomQuery(getRandom());
    int once = items.search(index, query, options).top(Integer.MAX_VALUE).size();
    int more =
        items.search(index, query, options.withOversampling(3)).top(Integer.MAX_VALUE).size();
    assertTrue(once + " then " + more, more >= Math.min(2 * once, 2 * 43));
    assertMessage("oversampling must be 1 to", () -> options.withOversampling(.5f));
    assertMessage("oversampling must be 1 to", () -> options.withOversampling(Float.NaN));
  }

  @Test
  public void treesAreChosenBySize() throws IOException {
    assertEquals(0, BuildOptions.DEFAULT.withTrees(BuildOptions.AUTO).treesFor(16_383, 5));
    assertEquals(1, BuildOptions.DEFAULT.withTrees(BuildOptions.AUTO).treesFor(1_000_000, 768));
    assertEquals(3, BuildOptions.DEFAULT.withTrees(3).treesFor(16_384, 5));
    Items items = Items.clustered(getRandom(), 1500, 4, Distance.EUCLIDEAN);
    BuildOptions auto =
        BuildOptions.DEFAULT
            .withForestFrom(1500)
            .withTrees(BuildOptions.AUTO)
            .withRandom(new java.util.Random(1));
    assertEquals(1, ForestIndex.open(items.build(auto), 0).forest().trees());
    assertMessage("trees must be 0 to 1024, got -1", () -> BuildOptions.DEFAULT.withTrees(-1));
  }

  @Test
  public void largeNormItemIsFoundByDotProduct() throws IOException {
    Items items = Items.clustered(getRandom(), 3000, 8, Distance.DOT_PRODUCT);
    float[] giant = new float[8];
    Arrays.fill(giant, 40f);
    items.replace(1234, giant);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0)), 0);
    float[] query = {1, .2f, 1, .4f, 1, .1f, 1, .3f};
    TopHits hits = items.search(index, query, SearchOptions.nearest(1).withBudget(150));
    assertEquals(1234, hits.top(1).get(0).ordinal());
  }

  @Test
  @Repeat(iterations = 20)
  public void degenerateItemsAreAllKept() throws IOException {
    Items items = Items.degenerate(getRandom());
    ForestIndex index = ForestIndex.open(items.build(randomOptions()), items.description().index());
    TopHits hits =
        items.search(
            index,
            items.randomQuery(getRandom()),
            SearchOptions.nearest(1)
                .withBudget(Integer.MAX_VALUE - 1)
                .withAccepted(null, items.size()));
    assertEquals(items.size(), hits.scored());
  }

  @Test
  public void valuesThatOverflowAreKept() throws IOException {
    for (Distance distance : Distance.values()) {
      Items items = Items.clustered(getRandom(), 300, 4, distance);
      for (int i = 0; i < 300; i += 7) {
        items.replace(i, new float[] {1e38f, -1e38f * (i % 2), 3e38f, i});
      }
      ForestIndex index =
          ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(5)), 0);
      TopHits hits =
          items.search(index, new float[] {1, 2, 3, 4}, SearchOptions.nearest(1).withBudget(299));
      assertTrue(hits.scored() >= 299);
    }
  }

  @Test
  public void searchStopsWhenTold() throws IOException {
    Items items = Items.clustered(getRandom(), 5000, 4, Distance.EUCLIDEAN);
    ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0)), 0);
    TopHits hits = new TopHits(100);
    index.search(items.randomQuery(getRandom()), SearchOptions.nearest(10).withBudget(4000), hits);
    assertTrue("scored " + hits.scored(), hits.scored() >= 100 && hits.scored() < 100 + 64);
  }

  @Test
  public void monitorEndsBuild() throws IOException {
    Items items = Items.clustered(getRandom(), 5000, 4, Distance.EUCLIDEAN);
    BuildMonitor refusing =
        new BuildMonitor() {
          private int calls;

          @Override
          public synchronized void check() throws IOException {
            if (++calls > 3) {
              throw new IOException("enough");
            }
          }
        };
    BuildOptions options = BuildOptions.DEFAULT.withForestFrom(0).withMonitor(refusing);
    IOException thrown = assertThrows(IOException.class, () -> items.build(options));
    assertEquals("enough", thrown.getMessage());
  }

  @Test
  public void badInputIsNamed() throws IOException {
    HeapBlocks blocks = new HeapBlocks();
    IndexDescription description =
        new IndexDescription(7, Distance.EUCLIDEAN, ElementType.FLOAT32, 3);
    ItemWriter writer = new ItemWriter(description, blocks);
    writer.add(4, new float[] {1, 2, 3});
    assertMessage("index 7 takes vectors of 3", () -> writer.add(5, new float[] {1, 2}));
    assertMessage(
        "item 5 of index 7 holds NaN at position 1",
        () -> writer.add(5, new float[] {1, Float.NaN, 3}));
    assertMessage("must ascend, got 4 after 4", () -> writer.add(4, new float[] {1, 2, 3}));
    writer.add(9, new float[] {3, 2, 1});
    writer.finish();
    new ForestBuilder(BuildOptions.DEFAULT).build(description, blocks, blocks);
    ForestIndex index = ForestIndex.open(blocks, 7);
    assertEquals(2, index.size());
    assertEquals(9, index.ids().cursor().id(1));
    assertEquals(1, index.ids().cursor().advance(5, 0));
    assertMessage(
        "index 7 takes queries of 3 FLOAT32, got 2",
        () -> index.search(new float[2], SearchOptions.nearest(1), new TopHits()));
    assertMessage(
        "holds Infinity at position 2",
        () ->
            index.search(
                new float[] {0, 0, Float.POSITIVE_INFINITY},
                SearchOptions.nearest(1),
                new TopHits()));
    assertMessage("k must be at least 1, got 0", () -> SearchOptions.nearest(0));
    assertMessage(
        "budget must be at least 1, got -5", () -> SearchOptions.nearest(1).withBudget(-5));
    assertMessage("budget must be at least 1, got 0", () -> SearchOptions.nearest(1).withBudget(0));
    assertMessage("leafSize must be 2 to 65536, got 1", () -> BuildOptions.DEFAULT.withLeafSize(1));
    assertMessage(
        "dimension of index 1 must be 1 to 16384, got 0",
        () -> new IndexDescription(1, Distance.COSINE, ElementType.BYTE, 0));
  }

  private static void assertMessage(String part, org.junit.function.ThrowingRunnable action) {
    IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, action);
    assertTrue(thrown.getMessage(), thrown.getMessage().contains(part));
  }

  private static FixedBitSet randomBits(int size) {
    FixedBitSet bits = new FixedBitSet(Math.max(1, size));
    int share = randomIntBetween(0, 100);
    for (int i = 0; i < size; i++) {
      if (randomIntBetween(0, 99) < share) {
        bits.set(i);
      }
    }
    return bits;
  }

  private static BuildOptions randomOptions() {
    return BuildOptions.DEFAULT
        .withTrees(randomIntBetween(1, 4))
        .withLeafSize(randomIntBetween(2, 60))
        .withForestFrom(randomFrom(new ArrayList<>(List.of(0, 0, 0, 500))))
        .withSeed(randomLong());
  }
}
