package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.TopHits;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.SparseFixedBitSet;
import org.junit.Test;

/**
 * Walks through whole forests of many shapes under thousands of filters: every accepted item is
 * scored once, no other is found, and what is found is the exact answer but for a hit in a hundred.
 */
public class TestUnboundedWalk extends RandomizedTest {
  private static final int FORESTS = 60;
  private static final int FILTERS = 40;

  private Items items;
  private ForestSearcher searcher;
  private long wanted;
  private long found;

  @Test
  public void everyAcceptedItemIsScoredAndTheNearestAreFound() throws IOException {
    for (int forest = 0; forest < FORESTS; forest++) {
      build();
      for (int i = 0; i < FILTERS && searcher != null; i++) {
        walk(filter());
      }
    }
    // Those that codes place far too far away are not scored exactly: most among items of one
    // coordinate, of which codes tell least.
    assertTrue(found + " of " + wanted, found >= .985 * wanted);
  }

  /** A forest that was built at once, or has gone on from others after deletes and inserts. */
  private void build() throws IOException {
    BuildOptions options =
        BuildOptions.DEFAULT
            .withForestFrom(0)
            .withTrees(randomIntBetween(1, 3))
            .withLeafSize(randomIntBetween(2, 130))
            .withSeed(randomLong());
    items = Items.random(getRandom());
    HeapBlocks blocks = items.build(options);
    for (int round = randomIntBetween(0, 2); round > 0; round--) {
      int[] ordinals = new int[items.size()];
      Items next = items.changed(getRandom(), .3f, randomIntBetween(0, 300), ordinals);
      int index = items.description().index();
      blocks = next.build(options, List.of(new ForestInput(blocks, index, ordinals)));
      items = next;
    }
    int index = items.description().index();
    ItemsHeader header = ItemsHeader.read(blocks, index);
    searcher =
        items.size() == 0
            ? null
            : ForestSearcher.open(
                blocks,
                header,
                ForestHeader.read(blocks, index),
                Vectors.open(blocks, header),
                Ids.open(blocks, header));
  }

  /** Of any size: items anywhere, in a row, or those near to or far from one. */
  private FixedBitSet filter() {
    FixedBitSet bits = new FixedBitSet(items.size());
    int count = 1 + (int) Math.pow(items.size() - 1, randomFloat());
    switch (randomIntBetween(0, 2)) {
      case 0 -> {
        for (int i = 0; i < count; i++) {
          bits.set(randomIntBetween(0, items.size() - 1));
        }
      }
      case 1 -> {
        int start = randomIntBetween(0, items.size() - count);
        bits.set(start, start + count);
      }
      default -> {
        float[] center = items.randomQuery(getRandom());
        float[] proximities = items.proximities(center);
        float[] sorted = proximities.clone();
        Arrays.sort(sorted);
        float bound = sorted[randomBoolean() ? count - 1 : sorted.length - count];
        boolean far = randomBoolean();
        for (int i = 0; i < proximities.length; i++) {
          if (far ? proximities[i] <= bound : proximities[i] >= bound) {
            bits.set(i);
          }
        }
      }
    }
    return bits;
  }

  private void walk(FixedBitSet accepted) throws IOException {
    float[] query = items.randomQuery(getRandom());
    int k = randomIntBetween(1, 20);
    SearchOptions options =
        SearchOptions.nearest(k)
            .withBudget(Integer.MAX_VALUE)
            .withAccepted(anyKind(accepted), accepted.cardinality())
            .withOversampling(1000);
    boolean bytes = items.description().elementType() == ElementType.BYTE;
    TopHits hits = new TopHits();
    searcher.walk(
        bytes ? searcher.target(Items.bytes(query)) : searcher.target(query), options, hits);
    assertEquals(accepted.cardinality(), hits.scored());
    List<Float> exact = items.exact(query, k, accepted);
    List<TopHits.Hit> top = hits.top(k);
    assertEquals(exact.size(), top.size());
    float[] proximities = items.proximities(query);
    float tolerance = 1e-4f * Math.abs(exact.getFirst()) + 1e-4f;
    for (int i = 0; i < top.size(); i++) {
      TopHits.Hit hit = top.get(i);
      assertTrue(accepted.get(hit.ordinal()));
      assertEquals(proximities[hit.ordinal()], hit.proximity(), tolerance);
      found += hit.proximity() >= exact.get(i) - tolerance ? 1 : 0;
    }
    wanted += exact.size();
  }

  private static Bits anyKind(FixedBitSet accepted) {
    return switch (randomIntBetween(0, 2)) {
      case 0 -> accepted;
      case 1 -> accepted.asReadOnlyBits();
      default -> {
        SparseFixedBitSet sparse = new SparseFixedBitSet(accepted.length());
        for (int i = accepted.nextSetBit(0); i < accepted.length(); i++) {
          if (accepted.get(i)) {
            sparse.set(i);
          }
        }
        yield sparse;
      }
    };
  }
}
