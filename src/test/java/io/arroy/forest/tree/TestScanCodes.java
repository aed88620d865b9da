package io.arroy.forest.tree;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.TopHits;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.inspect.Validation;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.Test;

public class TestScanCodes extends RandomizedTest {
  private static final BuildOptions OPTIONS = BuildOptions.DEFAULT.withForestFrom(0);

  /**
   * What stays is copied, what comes is encoded, and all of it is what the items make, with a
   * forest or without.
   */
  @Test
  @Repeat(iterations = 10)
  public void anUpdateKeepsTheCenterAndTheCodesOfWhatStays() throws IOException {
    Distance distance = randomBoolean() ? Distance.EUCLIDEAN : Distance.COSINE;
    boolean withForest = randomBoolean();
    int least = withForest ? 500 : 2000;
    Items items = Items.clustered(getRandom(), randomIntBetween(least, 3000), 70, distance);
    HeapBlocks before = items.build(withForest || rarely() ? OPTIONS : BuildOptions.DEFAULT);
    int[] ordinals = new int[items.size()];
    Items changed = items.changed(getRandom(), .2f, randomIntBetween(0, 200), ordinals);
    HeapBlocks after =
        changed.build(
            withForest ? OPTIONS : BuildOptions.DEFAULT,
            List.of(ForestIndex.open(before, 0).asInput(ordinals)));
    assertEquals(withForest ? 1 : 0, ForestIndex.open(after, 0).forest().trees());
    Validation.environment(after);
    ScanCodes old = open(before);
    ScanCodes kept = open(after);
    assertArrayEquals(old.center(), kept.center(), 0);
    for (int ordinal = 0; ordinal < ordinals.length; ordinal++) {
      if (ordinals[ordinal] >= 0) {
        assertEquals(-1, code(old, ordinal).mismatch(code(kept, ordinals[ordinal])));
      }
    }
  }

  private static ScanCodes open(HeapBlocks blocks) throws IOException {
    return ScanCodes.open(blocks, ItemsHeader.read(blocks, 0));
  }

  private static MemorySegment code(ScanCodes codes, int ordinal) throws IOException {
    Records.Cursor cursor = codes.codes().cursor();
    return cursor.find(ordinal).asSlice(cursor.offset(ordinal), 12 + 96 / 8);
  }

  /**
   * Without a forest the codes find what an exact scan finds, and all are scored. Whether codes
   * tell enough depends on the data, so several sets are judged together.
   */
  @Test
  public void areAllScoredWhereThereIsNoForest() throws IOException {
    int byCode = 0;
    int wanted = 0;
    int found = 0;
    for (int set = 0; set < 2; set++) {
      for (Distance distance : List.of(Distance.EUCLIDEAN, Distance.COSINE, Distance.DOT_PRODUCT)) {
        Items items = Items.clustered(getRandom(), randomIntBetween(4000, 9000), 128, distance);
        ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT), 0);
        assertEquals(0, index.forest().trees());
        for (int i = 0; i < 20; i++) {
          float[] query = items.queryNearItem(getRandom());
          SearchOptions options = SearchOptions.nearest(10);
          TopHits exact = items.search(index, query, options.withBudget(items.size()));
          assertEquals(items.size(), exact.top(items.size()).size());
          SearchOptions some =
              randomBoolean() ? options : options.withBudget(randomIntBetween(1, items.size() - 1));
          TopHits hits = items.search(index, query, some);
          assertEquals(items.size(), hits.scored());
          byCode += hits.top(items.size()).size() < items.size() ? 1 : 0;
          List<TopHits.Hit> best = hits.top(10);
          wanted += 10;
          found += (int) exact.top(10).stream().filter(best::contains).count();
        }
      }
    }
    assertTrue("by code " + byCode, byCode > 0);
    assertTrue("found " + found + " of " + wanted, found >= .95 * wanted);
  }

  /** One item so long that its code overflows does not spoil the search among the others. */
  @Test
  public void anOutlierSpoilsNothing() throws IOException {
    int wanted = 0;
    int found = 0;
    for (Distance distance : List.of(Distance.EUCLIDEAN, Distance.DOT_PRODUCT)) {
      for (int set = 0; set < 2; set++) {
        Items items = Items.clustered(getRandom(), 4000, 128, distance);
        float[] outlier = items.queryNearItem(getRandom());
        for (int d = 0; d < outlier.length; d++) {
          outlier[d] *= 1e18f;
        }
        items.replace(0, outlier);
        ForestIndex index = ForestIndex.open(items.build(BuildOptions.DEFAULT), 0);
        for (int i = 0; i < 20; i++) {
          float[] query = items.queryNearItem(getRandom());
          SearchOptions options = SearchOptions.nearest(10);
          List<TopHits.Hit> best = items.search(index, query, options).top(10);
          TopHits exact = items.search(index, query, options.withBudget(items.size()));
          wanted += 10;
          found += (int) exact.top(10).stream().filter(best::contains).count();
        }
      }
    }
    assertTrue("found " + found + " of " + wanted, found >= .95 * wanted);
  }

  @Test
  public void fewItemsWithoutForestHaveNone() throws IOException {
    for (int count : new int[] {ScanCodes.LEAST - 1, ScanCodes.LEAST}) {
      Items items = Items.clustered(getRandom(), count, 70, Distance.EUCLIDEAN);
      ForestHeader forest = ForestIndex.open(items.build(BuildOptions.DEFAULT), 0).forest();
      assertEquals(0, forest.trees());
      assertEquals(count == ScanCodes.LEAST, forest.scanCodes());
    }
  }

  @Test
  public void onlyWhereTheyPay() {
    assertTrue(ScanCodes.suit(described(Distance.DOT_PRODUCT, ElementType.FLOAT32, 64)));
    assertFalse(ScanCodes.suit(described(Distance.EUCLIDEAN, ElementType.FLOAT32, 63)));
    assertFalse(ScanCodes.suit(described(Distance.MANHATTAN, ElementType.FLOAT32, 64)));
    assertFalse(ScanCodes.suit(described(Distance.COSINE, ElementType.BYTE, 640)));
    assertFalse(ScanCodes.suit(described(Distance.COSINE, ElementType.BIT, 640)));
  }

  private static IndexDescription described(Distance distance, ElementType type, int dimension) {
    return new IndexDescription(0, distance, type, dimension);
  }

  @Test
  public void indexesWithoutThemAreStillSearched() throws IOException {
    Items items = Items.clustered(getRandom(), 2000, 70, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(OPTIONS);
    blocks.blocks().keySet().removeIf(key -> key.kind() == BlockKind.SCAN_CODES);
    blocks.blocks().remove(ScanCodes.centerKey(0));
    byte[] header = blocks.blocks().get(new BlockKey(BlockKind.META, 0, 0, ForestHeader.NUMBER));
    assertEquals(3, header[0]);
    header[0] = 2;
    ForestIndex index = ForestIndex.open(blocks, 0);
    assertFalse(index.forest().scanCodes());
    Validation.environment(blocks);
    // An update gives it some.
    int[] ordinals = new int[items.size()];
    Items changed = items.changed(getRandom(), .1f, 10, ordinals);
    HeapBlocks after = changed.build(OPTIONS, List.of(index.asInput(ordinals)));
    assertTrue(ForestIndex.open(after, 0).forest().scanCodes());
    Validation.environment(after);
  }
}
