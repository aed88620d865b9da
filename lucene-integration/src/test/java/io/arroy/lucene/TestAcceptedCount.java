package io.arroy.lucene;

import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.DenseLiveDocs;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.SparseFixedBitSet;
import org.apache.lucene.util.SparseLiveDocs;

/** How many ordinals are accepted, where Lucene says that all documents are. */
public class TestAcceptedCount extends ArroyTestCase {
  private int size;
  private FixedBitSet accepted;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    size = TestUtil.nextInt(random(), 1, 200_000);
    accepted = new FixedBitSet(size);
    float share = random().nextFloat();
    for (int i = 0; i < size; i++) {
      if (random().nextFloat() < share) {
        accepted.set(i);
      }
    }
  }

  public void testWhatLuceneKnowsIsTaken() {
    int most = random().nextInt(size);
    assertEquals(most, AcceptedCount.of(accepted, most, size));
  }

  public void testSetsAndLiveDocsAreCounted() {
    int count = accepted.cardinality();
    assertEquals(count, AcceptedCount.of(accepted, size, size));
    assertEquals(
        count, AcceptedCount.of(DenseLiveDocs.builder(accepted, size).build(), size, size));
    SparseFixedBitSet deleted = new SparseFixedBitSet(size);
    for (int i = 0; i < size; i++) {
      if (!accepted.get(i)) {
        deleted.set(i);
      }
    }
    assertEquals(
        count, AcceptedCount.of(SparseLiveDocs.builder(deleted, size).build(), size, size));
  }

  /** Rather too many than too few, but not many too many. */
  public void testOtherBitsAreSampled() {
    Bits bits = accepted.asReadOnlyBits();
    int count = accepted.cardinality();
    int told = AcceptedCount.of(bits, size, size);
    assertTrue(told + " of " + count, told <= size && told <= count + .09 * size + 8);
    // Five deviations.
    assertTrue(told + " of " + count, told >= count - .04 * size);
    if (size <= 1024) {
      assertEquals(count, told);
    }
  }

  public void testAllAndNone() {
    assertEquals(size, AcceptedCount.of(new Bits.MatchAllBits(size), size, size));
    int none = AcceptedCount.of(new Bits.MatchNoBits(size), size, size);
    assertTrue(none + " of " + size, none <= Math.ceil(.008 * size));
  }
}
