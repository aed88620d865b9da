package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestHeader;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.Test;

/** What a walk says it met, and when. */
public class TestWalkTrace extends RandomizedTest {
  private Items items;
  private ForestSearcher searcher;

  private void build(int trees) throws IOException {
    items = Items.clustered(getRandom(), randomIntBetween(500, 2000), 8, Distance.EUCLIDEAN);
    HeapBlocks blocks =
        items.build(BuildOptions.DEFAULT.withForestFrom(0).withTrees(trees).withLeafSize(10));
    int index = items.description().index();
    ItemsHeader header = ItemsHeader.read(blocks, index);
    searcher =
        ForestSearcher.open(
            blocks,
            header,
            ForestHeader.read(blocks, index),
            Vectors.open(blocks, header),
            Ids.open(blocks, header));
  }

  @Test
  @Repeat(iterations = 5)
  public void eachItemIsMetOnceAsManyAreScored() throws IOException {
    build(1);
    int budget = randomIntBetween(1, items.size());
    int self = randomIntBetween(0, items.size() - 1);
    WalkTrace trace = searcher.trace(searcher.target(self), 5, budget, new FoundItems());
    int scored = trace.scoredUntil(0);
    for (int limit = 0; limit <= scored; limit++) {
      int met = 0;
      int last = 0;
      for (int ordinal = 0; ordinal < items.size(); ordinal++) {
        int with = trace.scoredWith(ordinal);
        if (with <= limit) {
          met++;
          last = Math.max(last, with);
        }
      }
      assertEquals(last, met);
    }
    assertTrue(trace.scoredWith(self) <= scored);
  }

  /** With several trees an item counts where it was met first. */
  @Test
  @Repeat(iterations = 5)
  public void whatWasFoundWasMet() throws IOException {
    build(randomIntBetween(1, 3));
    int self = randomIntBetween(0, items.size() - 1);
    FoundItems found = new FoundItems();
    WalkTrace trace = searcher.trace(searcher.target(self), 10, items.size() / 3, found);
    int scored = trace.scoredUntil(0);
    for (int ordinal : found.nearest(10)) {
      assertTrue(trace.scoredWith(ordinal) <= scored);
    }
    Set<Integer> met = new HashSet<>();
    for (int ordinal = 0; ordinal < items.size(); ordinal++) {
      if (trace.scoredWith(ordinal) <= scored) {
        met.add(ordinal);
      }
    }
    assertEquals(scored, met.size());
  }

  @Test
  public void stopsWhereLittleIsMissed() throws IOException {
    WalkTrace trace = new WalkTrace(new StoredTree[0]);
    for (int stop = 1; stop <= 100; stop++) {
      trace.stop(1.0 / stop, 10 * stop);
    }
    assertEquals(10, trace.scoredUntil(1));
    assertEquals(20, trace.scoredUntil(.5));
    assertEquals(30, trace.scoredUntil(.49));
    assertEquals(1000, trace.scoredUntil(0));
    assertEquals(Integer.MAX_VALUE, trace.scoredWith(3));
  }
}
