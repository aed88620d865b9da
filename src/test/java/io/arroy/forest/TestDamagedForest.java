package io.arroy.forest;

import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/**
 * Vectors, codes, centroids and leaves are not read before they are needed: whatever they hold,
 * searches and merges of forests end, with an answer or as told.
 */
public class TestDamagedForest extends RandomizedTest {
  private static final Set<BlockKind> NOT_VERIFIED =
      EnumSet.of(
          BlockKind.VECTORS,
          BlockKind.CENTROIDS,
          BlockKind.LEAVES,
          BlockKind.LEAF_OF,
          BlockKind.SCAN_CODES);

  private Items items;
  private HeapBlocks blocks;
  private int refused;

  @Test
  @Repeat(iterations = 30)
  public void damageEndsInAnAnswerOrIsTold() throws IOException {
    BuildOptions options =
        BuildOptions.DEFAULT
            .withForestFrom(0)
            .withLeafSize(randomIntBetween(2, 30))
            .withTrees(randomIntBetween(1, 3));
    items = Items.random(getRandom());
    blocks = items.build(options);
    for (Map.Entry<BlockKey, byte[]> block : blocks.blocks().entrySet()) {
      if (NOT_VERIFIED.contains(block.getKey().kind())) {
        byte[] bytes = block.getValue();
        byte[] intact = bytes.clone();
        damage(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        use(options);
        System.arraycopy(intact, 0, bytes, 0, intact.length);
      }
    }
  }

  @Test
  public void everyKindThatNamesOthersIsChecked() throws IOException {
    BuildOptions options = BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(8);
    items = Items.clustered(getRandom(), 600, 8, Distance.EUCLIDEAN);
    for (BlockKind kind : List.of(BlockKind.LEAVES, BlockKind.LEAF_OF)) {
      for (int value : new int[] {-1, 600, Integer.MAX_VALUE}) {
        blocks = items.build(options);
        for (Map.Entry<BlockKey, byte[]> block : blocks.blocks().entrySet()) {
          if (block.getKey().kind() == kind) {
            ByteBuffer bytes = ByteBuffer.wrap(block.getValue()).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
              bytes.putInt(value);
            }
          }
        }
        refused = 0;
        use(options);
        // Of the leaf of an item only searches of few items ask; leaves are read by all but scans.
        assertTrue(kind + " of " + value + ": " + refused, refused >= 1);
      }
    }
  }

  private void damage(ByteBuffer bytes) {
    int most = bytes.capacity() / Integer.BYTES;
    int places = randomBoolean() ? randomIntBetween(1, 5) : most;
    int form = randomIntBetween(0, 3);
    for (int i = 0; i < places && most > 0; i++) {
      int at = Integer.BYTES * (places == most ? i : randomIntBetween(0, most - 1));
      bytes.putInt(
          at,
          switch (form) {
            case 0 -> randomInt();
            case 1 -> -1;
            case 2 -> Float.floatToRawIntBits(Float.MAX_VALUE);
            default -> bytes.getInt(at) ^ 1 << randomIntBetween(0, 31);
          });
    }
  }

  private void use(BuildOptions options) throws IOException {
    int size = items.size();
    float[] query = items.randomQuery(getRandom());
    SearchOptions all = SearchOptions.nearest(5);
    told(() -> items.search(open(), query, all));
    told(() -> items.search(open(), query, all.withBudget(Math.max(5, size / 3))));
    for (int part : new int[] {2, 4}) {
      FixedBitSet accepted = new FixedBitSet(Math.max(1, size));
      for (int i = 0; i < size; i += part) {
        accepted.set(i);
      }
      int count = accepted.cardinality();
      SearchOptions some = SearchOptions.nearest(1).withAccepted(accepted, count);
      told(() -> items.search(open(), query, some));
      told(() -> items.search(open(), query, some.withBudget(Math.max(1, count / 2))));
    }
    int[] same = new int[size];
    Arrays.setAll(same, i -> i);
    told(() -> items.build(options, List.of(open().asInput(same))));
  }

  private ForestIndex open() throws IOException {
    return ForestIndex.open(blocks, items.description().index());
  }

  private interface Use {
    void run() throws IOException;
  }

  private void told(Use use) throws IOException {
    try {
      use.run();
    } catch (CorruptEnvironmentException e) {
      refused++;
    }
  }
}
