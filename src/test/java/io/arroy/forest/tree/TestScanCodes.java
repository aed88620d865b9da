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
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.inspect.Validation;
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

  /** What stays is copied, what comes is encoded, and all of it is what the items make. */
  @Test
  @Repeat(iterations = 5)
  public void anUpdateKeepsTheCenterAndTheCodesOfWhatStays() throws IOException {
    Distance distance = randomBoolean() ? Distance.EUCLIDEAN : Distance.COSINE;
    Items items = Items.clustered(getRandom(), randomIntBetween(500, 3000), 70, distance);
    HeapBlocks before = items.build(OPTIONS);
    int[] ordinals = new int[items.size()];
    Items changed = items.changed(getRandom(), .2f, randomIntBetween(0, 200), ordinals);
    HeapBlocks after =
        changed.build(OPTIONS, List.of(ForestIndex.open(before, 0).asInput(ordinals)));
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
