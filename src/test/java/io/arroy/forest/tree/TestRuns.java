package io.arroy.forest.tree;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakLingering;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.TopHits;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.inspect.Validation;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.ItemsHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Test;

/** Builds over more vectors than are held in memory at once. */
// A pool's last thread may still be ending when the pool says it has terminated.
@ThreadLeakLingering(linger = 5000)
public class TestRuns extends RandomizedTest {
  private static final BuildOptions LITTLE =
      BuildOptions.DEFAULT.withForestFrom(0).withMemoryBytes(BuildOptions.MIN_MEMORY_BYTES);

  @After
  public void nothingStaysOpen() {
    assertEquals(0, PointCopies.OPEN.get());
  }

  private static Points points(Items items, HeapBlocks blocks) throws IOException {
    return Points.open(blocks, ItemsHeader.read(blocks, items.description().index()));
  }

  private Items moreThanFit() {
    return Items.clustered(
        getRandom(), randomIntBetween(6000, 14_000), 64, randomFrom(Distance.values()));
  }

  @Test
  @Repeat(iterations = 5)
  public void dividesIntoRunsOfAscendingItems() throws IOException {
    Items items = Items.clustered(getRandom(), 10_000, 64, Distance.EUCLIDEAN);
    Points points = points(items, items.build(LITTLE.withTrees(1).withForestFrom(1 << 20)));
    try (PointCopies copies = PointCopies.of(points, LITTLE)) {
      assertNotNull(copies);
      int[] order = new int[items.size()];
      points.ordinals(order);
      int[] all = order.clone();
      List<Node> runs = Runs.divide(points, LITTLE, order, copies, copies.capacity(), 7);
      int next = 0;
      for (Node run : runs) {
        assertEquals(next, run.from);
        next = run.to;
        for (int i = run.from + 1; i < run.to; i++) {
          assertTrue(order[i - 1] < order[i]);
        }
      }
      assertEquals(items.size(), next);
      assertTrue(runs.size() + " runs", runs.size() >= 3 && runs.size() < 30);
      Arrays.sort(order);
      assertArrayEquals(all, order);
    }
  }

  @Test
  public void dealsOutPointsThatAreAllTheSame() throws IOException {
    Items items = Items.clustered(getRandom(), 9000, 64, Distance.EUCLIDEAN);
    float[] same = items.queryNearItem(getRandom());
    for (int i = 0; i < items.size(); i++) {
      items.replace(i, same);
    }
    checkHoldsAll(items, items.build(LITTLE));
  }

  @Test
  public void findsAboutAsMuch() throws IOException {
    // One set alone decides nothing: over 400 of them the ratio lay between .83 and 1.12.
    int[] found = new int[2];
    for (int set = 0; set < 5; set++) {
      Items items = moreThanFit();
      HeapBlocks whole = items.build(LITTLE.withMemoryBytes(Long.MAX_VALUE));
      HeapBlocks inRuns = items.build(LITTLE);
      assertFalse(whole.sameAs(inRuns));
      checkHoldsAll(items, inRuns);
      for (int query = 0; query < 100; query++) {
        float[] target = items.queryNearItem(getRandom());
        float worst = items.exact(target, 10, null).get(9);
        found[0] += found(items, whole, target, worst);
        found[1] += found(items, inRuns, target, worst);
      }
    }
    assertTrue(found[1] + " against " + found[0], found[1] >= found[0] * .85);
  }

  @Test
  @Repeat(iterations = 5)
  public void goesOnWithATreeLargerThanMemory() throws IOException {
    // Not dot product: where the longest item changes, all is built anew.
    Items items =
        Items.clustered(
            getRandom(),
            randomIntBetween(6000, 14_000),
            64,
            randomFrom(new Distance[] {Distance.EUCLIDEAN, Distance.COSINE}));
    HeapBlocks blocks = items.build(LITTLE);
    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), .1f, 500, ordinals);
    ForestIndex index = ForestIndex.open(blocks, items.description().index());
    List<ForestInput> inputs = List.of(index.asInput(ordinals));
    HeapBlocks updated = next.build(LITTLE, inputs);
    checkHoldsAll(next, updated);
    assertTrue(updated.sameAs(next.build(LITTLE.withMemoryBytes(Long.MAX_VALUE), inputs)));
  }

  private static void checkHoldsAll(Items items, HeapBlocks blocks) throws IOException {
    Validation.Checked checked = Validation.index(blocks, items.description().index());
    assertEquals(items.size(), checked.items());
    assertEquals(1, checked.trees());
  }

  private static int found(Items items, HeapBlocks blocks, float[] target, float worst)
      throws IOException {
    ForestIndex index = ForestIndex.open(blocks, items.description().index());
    TopHits hits = items.search(index, target, SearchOptions.nearest(10).withBudget(400));
    return (int) hits.top(10).stream().filter(hit -> hit.proximity() >= worst - 1e-4f).count();
  }

  @Test
  public void copiesAreThoseHeldLast() throws IOException {
    Items items = Items.clustered(getRandom(), 9000, 64, Distance.EUCLIDEAN);
    Points points = points(items, items.build(LITTLE.withForestFrom(1 << 20)));
    try (PointCopies copies = PointCopies.of(points, LITTLE)) {
      Points.Reader reader = points.reader();
      for (int round = 0; round < 20; round++) {
        int[] held = new int[randomIntBetween(0, copies.capacity())];
        int first = randomIntBetween(0, items.size() - 1);
        Arrays.setAll(held, i -> (first + i) % items.size());
        copies.hold(held, 0, held.length);
        for (int ordinal = 0; ordinal < items.size(); ordinal++) {
          boolean holds = (ordinal - first + items.size()) % items.size() < held.length;
          if (holds) {
            assertEquals(-1, reader.stored(ordinal).mismatch(copies.get(ordinal)));
          } else {
            assertNull(copies.get(ordinal));
          }
        }
      }
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void letsGoOfItsMemoryWhereABuildIsEnded() {
    Items items = moreThanFit();
    int left = randomIntBetween(1, 60);
    AtomicInteger checks = new AtomicInteger(left);
    BuildMonitor monitor =
        new BuildMonitor() {
          @Override
          public void check() throws IOException {
            if (checks.decrementAndGet() <= 0) {
              throw new IOException("ended");
            }
          }
        };
    IOException e = assertThrows(IOException.class, () -> items.build(LITTLE.withMonitor(monitor)));
    assertEquals("ended", e.getMessage());
    assertEquals(0, PointCopies.OPEN.get());
  }

  @Test
  public void copiesEndWithTheirOwner() throws IOException {
    Items items = Items.clustered(getRandom(), 9000, 64, Distance.EUCLIDEAN);
    Points points = points(items, items.build(LITTLE.withForestFrom(1 << 20)));
    MemorySegment copy;
    MemorySegment earlier;
    try (PointCopies copies = PointCopies.of(points, LITTLE)) {
      copies.hold(new int[] {7}, 0, 1);
      earlier = copies.get(7);
      int[] many = new int[copies.capacity()];
      Arrays.setAll(many, i -> i);
      copies.hold(many, 0, many.length);
      copy = copies.get(7);
      assertFalse(earlier.scope().isAlive());
      assertTrue(copy.scope().isAlive());
    }
    assertFalse(copy.scope().isAlive());
  }

  @Test
  @Repeat(iterations = 5)
  public void sameBytesOnAnyNumberOfThreads() throws IOException, InterruptedException {
    Items items = moreThanFit();
    HeapBlocks once = items.build(LITTLE);
    assertTrue(once.sameAs(items.buildOnThreads(LITTLE, List.of())));
  }
}
