package io.arroy.forest.search;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** What is known of the leaves before a walk begins. */
public class TestAcceptance extends RandomizedTest {
  private static final int DIMENSION = 8;

  private StoredTree tree;
  private int size;

  private void build() throws IOException {
    Items items = Items.clustered(getRandom(), 3000, DIMENSION, Distance.EUCLIDEAN);
    HeapBlocks blocks = items.build(BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(10));
    ItemsHeader header = ItemsHeader.read(blocks, 0);
    int slotBytes = CodeLayout.slotBytes(new Rotation(DIMENSION).dimension());
    StoredTree.Shape shape =
        new StoredTree.Shape(header.count(), header.layout(), DIMENSION, slotBytes);
    tree = StoredTree.open(blocks, 0, 0, shape);
    size = items.size();
  }

  private Acceptance accept(FixedBitSet bits, Acceptance.Listing listing) throws IOException {
    return Acceptance.of(bits, bits.cardinality(), size, size, new StoredTree[] {tree}, listing);
  }

  @Test
  @Repeat(iterations = 5)
  public void leavesAndGroupsHoldWhatIsAcceptedOfTheirItems() throws IOException {
    build();
    FixedBitSet bits = new FixedBitSet(size);
    int[] leaves = new int[tree.table().leaves()];
    int[] groups = new int[tree.table().groups()];
    StoredTree.LeafOf leafOf = tree.leafOf();
    int start = randomIntBetween(0, size - 1);
    for (int i = start; i < Math.min(size, start + 200); i++) {
      bits.set(i);
      leaves[leafOf.get(i)]++;
    }
    for (Acceptance.Listing listing :
        new Acceptance.Listing[] {Acceptance.Listing.COUNTS, Acceptance.Listing.ITEMS}) {
      Acceptance acceptance = accept(bits, listing);
      LeafCounts counts = acceptance.counts()[0];
      assertArrayEquals(leaves, counts.leaves());
      for (int leaf = 0; leaf < leaves.length; leaf++) {
        assertEquals(leaves[leaf] == 0, acceptance.lacksLeaf(0, leaf));
        assertEquals(leaves[leaf], acceptance.leafItems(0, leaf, 100), 0);
      }
      int[] starts = tree.table().groupStarts();
      for (int group = 0; group < groups.length; group++) {
        groups[group] = Arrays.stream(leaves, starts[group], starts[group + 1]).sum();
        assertEquals(groups[group] == 0, acceptance.lacksGroup(0, group));
      }
      assertArrayEquals(groups, counts.groups());
      if (listing == Acceptance.Listing.ITEMS) {
        assertListed(bits, leaves, counts);
      } else {
        assertNull(counts.ordinals());
      }
    }
  }

  private void assertListed(FixedBitSet bits, int[] leaves, LeafCounts counts) throws IOException {
    StoredTree.LeafOf leafOf = tree.leafOf();
    FixedBitSet listed = new FixedBitSet(size);
    assertNotNull(counts.ordinals());
    for (int leaf = 0; leaf < leaves.length; leaf++) {
      for (int at = counts.ends()[leaf] - leaves[leaf]; at < counts.ends()[leaf]; at++) {
        assertEquals(leaf, leafOf.get(counts.ordinals()[at]));
        assertFalse(listed.getAndSet(counts.ordinals()[at]));
      }
    }
    assertEquals(bits, listed);
  }

  @Test
  public void whatIsNotCountedMayBeAnywhere() throws IOException {
    build();
    FixedBitSet bits = new FixedBitSet(size);
    bits.set(0, size / 4);
    Acceptance acceptance = accept(bits, Acceptance.Listing.NOTHING);
    assertNull(acceptance.counts());
    assertFalse(acceptance.lacksLeaf(0, 0));
    assertFalse(acceptance.lacksGroup(0, 0));
    assertEquals(.25, acceptance.share(), 1e-3);
    assertEquals(25, acceptance.leafItems(0, 0, 100), .1);
  }
}
