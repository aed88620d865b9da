package io.arroy.forest.inspect;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.forest.ForestBuilder;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.ItemWriter;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.TreeTable;
import java.io.IOException;
import java.util.List;
import org.junit.Test;

public class TestIndexStatistics extends RandomizedTest {
  @Test
  public void testCountsWhatIsThere() throws IOException {
    int count = randomIntBetween(100, 2000);
    Items items = Items.clustered(getRandom(), count, 10, Distance.COSINE);
    HeapBlocks blocks =
        items.build(BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(20).withTrees(2));
    blocks.blocks().put(new BlockKey(BlockKind.CHANGES, 0, 0, 5), new byte[1]);
    IndexStatistics statistics = IndexStatistics.of(blocks, 0);
    assertEquals(count, statistics.items().count());
    assertEquals(2, statistics.trees().size());
    assertEquals(1, statistics.changes());
    for (int tree = 0; tree < 2; tree++) {
      TreeTable table = TreeTable.read(blocks, 0, tree, count);
      TreeStatistics found = statistics.trees().get(tree);
      assertEquals(table.leaves(), found.leaves().count());
      assertEquals(table.groups(), found.groups().count());
      assertEquals((double) count / table.leaves(), found.leaves().mean(), 1e-6);
      assertEquals((double) table.leaves() / table.groups(), found.groups().mean(), 1e-6);
      assertTrue(found.leaves().least() >= 1 && found.leaves().most() <= 40);
    }
    long bytes = blocks.blocks().values().stream().mapToLong(block -> block.length).sum();
    assertEquals(bytes, statistics.totalBytes());
    assertEquals(40L * count, (long) statistics.bytes().get(BlockKind.VECTORS));
    assertEquals(List.of(0), Indexes.of(blocks));
  }

  @Test
  public void testLeavesOfEqualVectorsAreCounted() throws IOException {
    IndexDescription description =
        new IndexDescription(3, Distance.EUCLIDEAN, ElementType.FLOAT32, 4);
    HeapBlocks blocks = new HeapBlocks();
    ItemWriter writer = new ItemWriter(description, blocks);
    for (int i = 0; i < 200; i++) {
      writer.add(i, new float[] {1, 2, 3, 4});
    }
    writer.finish();
    new ForestBuilder(BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(10))
        .build(description, blocks, blocks);
    TreeStatistics tree = IndexStatistics.of(blocks, 3).trees().get(0);
    assertEquals(tree.leaves().count(), tree.alikeLeaves());
    assertTrue(tree.toString(), tree.leaves().count() >= 20);
  }

  @Test
  public void testSizes() {
    assertEquals(new Sizes(0, 0, 0, 0, 0, 0, 0), Sizes.of(new int[0]));
    assertEquals(
        new Sizes(11, 0, 1, 5, 9, 10, 5), Sizes.of(new int[] {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
  }
}
