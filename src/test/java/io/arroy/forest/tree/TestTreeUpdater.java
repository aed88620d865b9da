package io.arroy.forest.tree;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
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
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemsHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** Forests that go on from an earlier one, after items came and went. */
// A pool's last thread may still be ending when the pool says it has terminated.
@ThreadLeakLingering(linger = 5000)
public class TestTreeUpdater extends RandomizedTest {
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(16);

  @Test
  @Repeat(iterations = 40)
  public void holdsEveryItemOnceAndFindsIt() throws IOException {
    Items items = Items.random(getRandom());
    HeapBlocks blocks = items.build(OPTIONS);
    for (int round = 0; round < 3; round++) {
      int[] ordinals = new int[items.size()];
      int added = randomIntBetween(0, items.size() >> randomIntBetween(0, 8));
      Items next = items.changed(getRandom(), randomFloat() * randomFloat(), added, ordinals);
      blocks = next.build(OPTIONS, List.of(input(items, blocks, ordinals)));
      items = next;
      ForestIndex index = ForestIndex.open(blocks, items.description().index());
      if (index.forest().trees() > 0) {
        checkLeaves(items, blocks);
      }
      for (int query = 0; query < 3; query++) {
        float[] target = items.randomQuery(getRandom());
        TopHits hits =
            items.search(index, target, SearchOptions.nearest(10).withBudget(Integer.MAX_VALUE));
        List<Float> expected = items.exact(target, 10, null);
        assertEquals(expected.size(), hits.top(10).size());
        for (int i = 0; i < expected.size(); i++) {
          float wanted = expected.get(i);
          assertEquals(
              wanted, hits.top(10).get(i).proximity(), 1e-3f * Math.max(1, Math.abs(wanted)));
        }
      }
    }
  }

  @Test
  @Repeat(iterations = 5)
  public void keepsMostLeavesWhereLittleChanges() throws IOException {
    Items items = Items.clustered(getRandom(), 6000, 24, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(OPTIONS);
    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), .01f, 60, ordinals);
    HeapBlocks updated = next.build(OPTIONS, List.of(input(items, blocks, ordinals)));
    Set<List<Float>> before = centroids(items, blocks);
    Set<List<Float>> after = centroids(next, updated);
    int leaves = after.size();
    after.retainAll(before);
    assertTrue(after.size() + " of " + leaves + " leaves", after.size() > .7 * leaves);
    assertTrue(after.size() + " of " + leaves + " leaves", after.size() < leaves);
  }

  @Test
  @Repeat(iterations = 10)
  public void sameBytesOnAnyNumberOfThreads() throws IOException, InterruptedException {
    Items items = Items.random(getRandom());
    HeapBlocks blocks = items.build(OPTIONS);
    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), .1f, items.size() / 5, ordinals);
    List<ForestInput> inputs = List.of(input(items, blocks, ordinals));
    HeapBlocks once = next.build(OPTIONS, inputs);
    assertTrue(once.sameAs(next.buildOnThreads(OPTIONS, inputs)));
  }

  @Test
  @Repeat(iterations = 20)
  public void staysAsItIsWhereNothingChanges() throws IOException {
    Items items = Items.random(getRandom());
    HeapBlocks blocks = items.build(OPTIONS);
    for (int round = 0; round < 2; round++) {
      int[] ordinals = new int[items.size()];
      Items next = items.changed(getRandom(), .1f, items.size() / 3, ordinals);
      blocks = next.build(OPTIONS, List.of(input(items, blocks, ordinals)));
      items = next;
    }
    int[] same = new int[items.size()];
    Arrays.setAll(same, i -> i);
    HeapBlocks again = items.build(OPTIONS, List.of(input(items, blocks, same)));
    HeapBlocks thrice = items.build(OPTIONS, List.of(input(items, again, same)));
    assertTrue(again.sameAs(thrice));
    assertEquals(centroids(items, blocks), centroids(items, again));
  }

  @Test
  public void findsAsMuchAfterManyRounds() throws IOException {
    for (Distance distance : List.of(Distance.EUCLIDEAN, Distance.COSINE)) {
      Items items = Items.clustered(getRandom(), 4000, 32, distance);
      HeapBlocks blocks = items.build(OPTIONS);
      for (int round = 0; round < 30; round++) {
        int[] ordinals = new int[items.size()];
        Items next = items.changed(getRandom(), .1f, 450, ordinals);
        blocks = next.build(OPTIONS, List.of(input(items, blocks, ordinals)));
        items = next;
      }
      float[][] queries = new float[100][];
      for (int i = 0; i < queries.length; i++) {
        queries[i] = items.queryNearItem(getRandom());
      }
      int fresh = found(items, items.build(OPTIONS), queries);
      int updated = found(items, blocks, queries);
      assertTrue(distance + ": " + updated + " against " + fresh, updated >= fresh - 40);
    }
  }

  /** What is left of leaves of which little is left goes to others. */
  @Test
  @Repeat(iterations = 5)
  public void foldsLeavesOfWhichLittleIsLeft() throws IOException {
    Items items = Items.clustered(getRandom(), 4000, 16, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(OPTIONS);
    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), .93f, 0, ordinals);
    HeapBlocks updated = next.build(OPTIONS, List.of(input(items, blocks, ordinals)));
    int leaves = leaves(next, updated).table().leaves();
    assertTrue(leaves + " leaves of " + next.size(), leaves <= next.size() / 2);
  }

  /** Leaves that much has joined have their centroid where their items are now. */
  @Test
  @Repeat(iterations = 5)
  public void centroidsFollowWhatJoins() throws IOException {
    Items items = Items.clustered(getRandom(), 4000, 16, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(OPTIONS);
    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), .1f, 2000, ordinals);
    HeapBlocks updated = next.build(OPTIONS, List.of(input(items, blocks, ordinals)));
    double off = offCentre(next, updated);
    double fresh = offCentre(next, next.build(OPTIONS));
    assertTrue(off + ", fresh " + fresh, off < .012);
  }

  /** How far centroids are off, of how far items are: squared, over all leaves. */
  private static double offCentre(Items items, HeapBlocks blocks) throws IOException {
    StoredLeaves leaves = leaves(items, blocks);
    StoredLeaves.Cursor cursor = leaves.cursor();
    int dimension = dimension(items, blocks);
    int[] same = new int[items.size()];
    Arrays.setAll(same, i -> i);
    int[] ordinals = new int[items.size()];
    float[] centroid = new float[dimension];
    double off = 0;
    double spread = 0;
    for (int leaf = 0; leaf < leaves.table().leaves(); leaf++) {
      cursor.centroid(leaf, centroid, 0);
      int count = cursor.items(leaf, same, ordinals, 0);
      for (int d = 0; d < dimension; d++) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
          double value = items.vector(ordinals[i])[d];
          sum += value;
          squares += value * value;
        }
        double mean = sum / count;
        off += count * (mean - centroid[d]) * (mean - centroid[d]);
        spread += squares - count * mean * mean;
      }
    }
    return off / spread;
  }

  @Test
  public void anItemInTwoLeavesIsCorrupt() throws IOException {
    Items items = Items.clustered(getRandom(), 2000, 16, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(OPTIONS);
    int[] twice = new int[items.size()];
    Arrays.setAll(twice, i -> i == 7 ? 8 : i);
    List<ForestInput> inputs = List.of(input(items, blocks, twice));
    assertThrows(CorruptEnvironmentException.class, () -> items.build(OPTIONS, inputs));
  }

  @Test
  public void aCentroidThatIsNotFiniteDoesNotSpread() throws IOException {
    Items items = Items.clustered(getRandom(), 2000, 16, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(OPTIONS);
    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), 0, 100, ordinals);
    List<ForestInput> inputs = List.of(input(items, blocks, ordinals));
    next.build(OPTIONS, inputs);
    byte[] centroids =
        blocks.blocks().entrySet().stream()
            .filter(block -> block.getKey().kind() == BlockKind.CENTROIDS)
            .findFirst()
            .orElseThrow()
            .getValue();
    int at = randomIntBetween(0, centroids.length / 4 - 1);
    MemorySegment.ofArray(centroids).set(Layouts.FLOAT, 4L * at, Float.NaN);
    assertThrows(CorruptEnvironmentException.class, () -> next.build(OPTIONS, inputs));
  }

  private static int found(Items items, HeapBlocks blocks, float[][] queries) throws IOException {
    ForestIndex index = ForestIndex.open(blocks, items.description().index());
    int found = 0;
    for (float[] query : queries) {
      float worst = items.exact(query, 10, null).get(9);
      TopHits hits = items.search(index, query, SearchOptions.nearest(10).withBudget(400));
      found += (int) hits.top(10).stream().filter(hit -> hit.proximity() >= worst - 1e-4f).count();
    }
    return found;
  }

  private static ForestInput input(Items items, HeapBlocks blocks, int[] ordinals)
      throws IOException {
    return ForestIndex.open(blocks, items.description().index()).asInput(ordinals);
  }

  private static StoredLeaves leaves(Items items, HeapBlocks blocks) throws IOException {
    return StoredLeaves.open(blocks, ItemsHeader.read(blocks, items.description().index()), 0);
  }

  private static int dimension(Items items, HeapBlocks blocks) throws IOException {
    ItemsHeader header = ItemsHeader.read(blocks, items.description().index());
    return Points.dimension(header.description());
  }

  private static Set<List<Float>> centroids(Items items, HeapBlocks blocks) throws IOException {
    Set<List<Float>> centroids = new HashSet<>();
    if (ForestHeader.read(blocks, items.description().index()).trees() == 0) {
      return centroids;
    }
    StoredLeaves leaves = leaves(items, blocks);
    StoredLeaves.Cursor cursor = leaves.cursor();
    Float[] centroid = new Float[dimension(items, blocks)];
    float[] floats = new float[centroid.length];
    for (int leaf = 0; leaf < leaves.table().leaves(); leaf++) {
      cursor.centroid(leaf, floats, 0);
      Arrays.setAll(centroid, i -> floats[i]);
      centroids.add(List.of(centroid));
    }
    return centroids;
  }

  /** Every item is in one leaf, the one that is noted for it. */
  private static void checkLeaves(Items items, HeapBlocks blocks) throws IOException {
    StoredLeaves leaves = leaves(items, blocks);
    StoredLeaves.Cursor cursor = leaves.cursor();
    BlockKey key = new BlockKey(BlockKind.LEAF_OF, items.description().index(), 0, 0);
    MemorySegment leafOf = blocks.get(key).cursor().read(0, 4 * items.size());
    int[] same = new int[items.size()];
    Arrays.setAll(same, i -> i);
    FixedBitSet seen = new FixedBitSet(items.size());
    int[] ordinals = new int[items.size()];
    for (int leaf = 0; leaf < leaves.table().leaves(); leaf++) {
      int count = cursor.items(leaf, same, ordinals, 0);
      assertTrue(count > 0);
      for (int i = 0; i < count; i++) {
        assertFalse(seen.getAndSet(ordinals[i]));
        assertEquals(leaf, leafOf.getAtIndex(Layouts.INT, ordinals[i]));
      }
    }
    assertEquals(items.size(), seen.cardinality());
  }
}
