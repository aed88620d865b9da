package io.arroy.forest.inspect;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

/** What {@link Validation} accepts, and what it names. */
public class TestValidation extends RandomizedTest {
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(20).withLeafSize(8).withTrees(2);

  private static final int LEAF_START_BYTES = 12;

  private static HeapBlocks sound(Random random) throws IOException {
    return Items.clustered(random, 500, 20, Distance.EUCLIDEAN).build(OPTIONS);
  }

  private static MemorySegment bytes(HeapBlocks blocks, BlockKind kind, int tree, int number) {
    return MemorySegment.ofArray(blocks.blocks().get(new BlockKey(kind, 0, tree, number)));
  }

  private static void assertNamed(HeapBlocks blocks, String... parts) {
    String message =
        assertThrows(CorruptEnvironmentException.class, () -> Validation.environment(blocks))
            .getMessage();
    for (String part : parts) {
      assertTrue(message, message.contains(part));
    }
  }

  @Test
  public void testSoundIndexesPass() throws IOException {
    Random random = getRandom();
    for (int i = 0; i < 10; i++) {
      Items items = Items.random(random);
      HeapBlocks blocks = items.build(OPTIONS.withTrees(1 + random.nextInt(3)));
      Validation.Checked checked = Validation.environment(blocks);
      assertEquals(1, checked.indexes());
      assertEquals(items.size(), checked.items());
      assertEquals(blocks.keys().size(), checked.blocks());
    }
  }

  @Test
  public void testUpdatedIndexesPass() throws IOException {
    Random random = getRandom();
    Items items = Items.random(random);
    int[] ordinals = new int[items.size()];
    Items changed = items.changed(random, .2f, random.nextInt(300), ordinals);
    HeapBlocks before = items.build(OPTIONS);
    var input =
        io.arroy.forest.ForestIndex.open(before, items.description().index()).asInput(ordinals);
    Validation.environment(changed.build(OPTIONS, java.util.List.of(input)));
  }

  @Test
  public void testMissingAndLeftOverBlocks() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    BlockKey gone = randomFrom(blocks.keys());
    byte[] bytes = blocks.blocks().remove(gone);
    assertNamed(blocks, gone.toString());
    blocks.blocks().put(gone, bytes);
    BlockKey extra =
        randomFrom(
            Arrays.asList(
                new BlockKey(BlockKind.LEAVES, 0, 2, 0),
                new BlockKey(BlockKind.LEAVES, 0, 0, 1),
                new BlockKey(BlockKind.IDS, 0, 0, 0),
                new BlockKey(BlockKind.VECTORS, 0, 0, 7)));
    blocks.blocks().put(extra, new byte[8]);
    assertNamed(blocks, "left-over block", extra.toString());
    blocks.blocks().remove(extra);
    blocks.blocks().put(new BlockKey(BlockKind.VECTORS, 9, 0, 0), new byte[8]);
    assertNamed(blocks, "missing block", "index=9");
  }

  @Test
  public void testVectors() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    MemorySegment vectors = bytes(blocks, BlockKind.VECTORS, 0, 0);
    vectors.set(Layouts.FLOAT, 4L * (17 * 20 + 3), Float.NaN);
    assertNamed(blocks, "vector of ordinal 17 holds NaN at 3");
    vectors.set(Layouts.FLOAT, 4L * (17 * 20 + 3), 1e6f);
    assertNamed(blocks, "largest squared length");
    // Neither long nor impossible, but not what its codes were made of.
    vectors.set(Layouts.FLOAT, 4L * (17 * 20 + 3), 0.5f);
    for (int i = 0; i < 20; i++) {
      vectors.set(Layouts.FLOAT, 4L * (17 * 20 + i), 0.5f);
    }
    assertNamed(blocks, "tree 0", "code of ordinal 17");
  }

  @Test
  public void testScanCodes() throws IOException {
    HeapBlocks blocks = Items.clustered(getRandom(), 500, 70, Distance.COSINE).build(OPTIONS);
    Validation.environment(blocks);
    MemorySegment codes = bytes(blocks, BlockKind.SCAN_CODES, 0, 0);
    long size = codes.byteSize() / 500;
    int ordinal = randomIntBetween(0, 499);
    for (int column = 0; column < 12; column += 4) {
      float before = codes.get(Layouts.FLOAT, ordinal * size + column);
      codes.set(Layouts.FLOAT, ordinal * size + column, before + 3);
      assertNamed(blocks, "scan codes", "code of ordinal " + ordinal);
      codes.set(Layouts.FLOAT, ordinal * size + column, before);
    }
    int bit = 1 << randomIntBetween(0, 7);
    long at = ordinal * size + randomIntBetween(12, (int) size - 1);
    codes.set(ValueLayout.JAVA_BYTE, at, (byte) (codes.get(ValueLayout.JAVA_BYTE, at) ^ bit));
    assertNamed(blocks, "code of ordinal " + ordinal + " has sum of its");
    codes.set(ValueLayout.JAVA_BYTE, at, (byte) (codes.get(ValueLayout.JAVA_BYTE, at) ^ bit));
    MemorySegment center = bytes(blocks, BlockKind.META, 0, 3);
    float before = center.get(Layouts.FLOAT, 40);
    center.set(Layouts.FLOAT, 40, Float.NaN);
    assertNamed(blocks, "center of the scan codes", "NaN at 10");
    center.set(Layouts.FLOAT, 40, before + 1);
    assertNamed(blocks, "scan codes", "code of ordinal 0");
    center.set(Layouts.FLOAT, 40, before);
    Validation.environment(blocks);
    BlockKey key = new BlockKey(BlockKind.SCAN_CODES, 0, 0, 0);
    blocks.blocks().put(key, new byte[17]);
    assertNamed(blocks, key.toString(), "is 17 bytes long");
  }

  @Test
  public void testIdsMustAscend() throws IOException {
    HeapBlocks blocks;
    BlockKey ids;
    do {
      Items items = Items.random(getRandom());
      blocks = items.build(OPTIONS);
      ids = new BlockKey(BlockKind.IDS, items.description().index(), 0, 0);
    } while (blocks.blocks().getOrDefault(ids, new byte[0]).length < 8);
    MemorySegment.ofArray(blocks.blocks().get(ids)).set(Layouts.INT, 4, 1);
    assertNamed(blocks, "ordinal 1 has id 1 after id 1");
  }

  @Test
  public void testLeaves() throws IOException {
    HeapBlocks blocks;
    TreeTable table;
    do {
      blocks = sound(getRandom());
      table = TreeTable.read(blocks, 0, 1, 500);
    } while (table.leafItems(0) < 2);
    MemorySegment codes = bytes(blocks, BlockKind.LEAVES, 1, 0);
    int first = codes.get(Layouts.INT, 0);
    int second = codes.get(Layouts.INT, 4);
    codes.set(Layouts.INT, 4, first);
    assertNamed(blocks, "tree 1", "leaf 0 holds ordinal " + first, "which leaf 0 holds");
    codes.set(Layouts.INT, 4, 500);
    assertNamed(blocks, "ordinal 500 of 500");
    codes.set(Layouts.INT, 4, second);
    int slots = table.leafSlots(0);
    for (long column :
        new long[] {
          CodeLayout.steps(slots), CodeLayout.sums(slots), CodeLayout.corrections(slots)
        }) {
      float before = codes.get(Layouts.FLOAT, column);
      codes.set(Layouts.FLOAT, column, before + 3);
      assertNamed(blocks, "tree 1, leaf 0", "code of ordinal " + first);
      codes.set(Layouts.FLOAT, column, Float.NaN);
      assertNamed(blocks, "tree 1, leaf 0", "code of ordinal " + first, "NaN");
      codes.set(Layouts.FLOAT, column, before);
    }
    long bits = CodeLayout.corrections(slots) + 4L * slots;
    codes.set(ValueLayout.JAVA_BYTE, bits, (byte) (codes.get(ValueLayout.JAVA_BYTE, bits) ^ 4));
    assertNamed(blocks, "tree 1, leaf 0", "sum of its");
  }

  @Test
  public void testLeafOf() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    MemorySegment leafOf = bytes(blocks, BlockKind.LEAF_OF, 0, 0);
    int leaf = leafOf.get(Layouts.INT, 4 * 33);
    leafOf.set(Layouts.INT, 4 * 33, leaf + 1);
    assertNamed(blocks, "ordinal 33 is in leaf " + (leaf + 1), "in leaf " + leaf);
  }

  @Test
  public void testCentroids() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    MemorySegment centroids = bytes(blocks, BlockKind.CENTROIDS, 0, 0);
    float before = centroids.get(Layouts.FLOAT, 4L * 20);
    centroids.set(Layouts.FLOAT, 4L * 20, Float.POSITIVE_INFINITY);
    assertNamed(blocks, "centroid of leaf 1 holds Infinity at 0");
    centroids.set(Layouts.FLOAT, 4L * 20, before + 5);
    assertNamed(blocks, "leaf 1");
    centroids.set(Layouts.FLOAT, 4L * 20, before);
    MemorySegment groups = bytes(blocks, BlockKind.NODES, 0, 1);
    groups.set(Layouts.FLOAT, 8, Float.NaN);
    assertNamed(blocks, "centroid of group 0 holds NaN at 2");
  }

  @Test
  public void testGroupRuns() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    MemorySegment groups = bytes(blocks, BlockKind.NODES, 0, 2);
    groups.set(Layouts.FLOAT, 0, -5);
    assertNamed(blocks, "leaf 0", "its centroid", "measure -5.0");
  }

  @Test
  public void testTable() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    MemorySegment table = bytes(blocks, BlockKind.NODES, 0, 0);
    int start = table.get(Layouts.INT, LEAF_START_BYTES + 4);
    table.set(Layouts.INT, LEAF_START_BYTES + 4, 500);
    assertNamed(blocks, "starts out of order");
    table.set(Layouts.INT, LEAF_START_BYTES + 4, start + 8);
    assertThrows(CorruptEnvironmentException.class, () -> Validation.environment(blocks));
  }

  @Test
  public void testHeadersMustAgree() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    bytes(blocks, BlockKind.META, 0, 1).set(Layouts.INT, 4, 499);
    assertNamed(blocks, "500 items and a forest of 499");
  }

  @Test
  public void testChanges() throws IOException {
    HeapBlocks blocks = sound(getRandom());
    BlockKey change = new BlockKey(BlockKind.CHANGES, 0, 0, 12);
    blocks.blocks().put(change, new byte[1]);
    assertNamed(blocks, "has no changes", change.toString());
    blocks.blocks().put(new BlockKey(BlockKind.META, 0, 0, 2), new byte[] {1});
    Validation.environment(blocks);
    blocks.blocks().put(change, new byte[2]);
    assertNamed(blocks, change.toString(), "2 bytes long");
    byte[] put = new byte[81];
    put[0] = 1;
    MemorySegment.ofArray(put).set(Layouts.FLOAT, 1 + 4 * 5, Float.NaN);
    blocks.blocks().put(change, put);
    assertNamed(blocks, change.toString(), "NaN at 5");
  }

  /** Whatever is damaged: it is named, or harmless; nothing else happens. */
  @Test
  public void testEveryDamageIsNamedOrHarmless() throws IOException {
    Random random = getRandom();
    Items items = Items.clustered(random, 200, 12, randomFrom(Distance.values()));
    HeapBlocks blocks = items.build(OPTIONS);
    int named = 0;
    int rounds = 300;
    for (int round = 0; round < rounds; round++) {
      BlockKey key = randomFrom(blocks.keys());
      byte[] intact = blocks.blocks().get(key);
      byte[] damaged =
          rarely() ? Arrays.copyOf(intact, random.nextInt(intact.length) + 1) : intact.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      blocks.blocks().put(key, damaged);
      try {
        Validation.environment(blocks);
      } catch (CorruptEnvironmentException e) {
        named++;
      }
      blocks.blocks().put(key, intact);
    }
    Validation.environment(blocks);
    // The last bits of numbers, the seed and padding say nothing; most bytes do.
    assertTrue(named + " of " + rounds, named > rounds / 3);
    assertEquals(200, ItemsHeader.read(blocks, 0).count());
  }
}
