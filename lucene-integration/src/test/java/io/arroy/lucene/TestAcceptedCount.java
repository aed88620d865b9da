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
    assertEquals(most, AcceptedCount.exact(accepted, most, size));
  }

  public void testSetsAndLiveDocsAreCounted() {
    int count = accepted.cardinality();
    assertEquals(count, AcceptedCount.exact(accepted, size, size));
    assertEquals(
        count, AcceptedCount.exact(DenseLiveDocs.builder(accepted, size).build(), size, size));
    SparseFixedBitSet deleted = new SparseFixedBitSet(size);
    for (int i = 0; i < size; i++) {
      if (!accepted.get(i)) {
        deleted.set(i);
      }
    }
    assertEquals(
        count, AcceptedCount.exact(SparseLiveDocs.builder(deleted, size).build(), size, size));
  }

  /** Rather too many than too few, but not many too many. */
  public void testOtherBitsAreSampled() {
    Bits bits = accepted.asReadOnlyBits();
    int count = accepted.cardinality();
    int told = of(bits, size, size);
    assertTrue(told + " of " + count, told <= size && told <= count + .09 * size + 8);
    // Five deviations.
    assertTrue(told + " of " + count, told >= count - .04 * size);
    if (size <= 1024) {
      assertEquals(count, told);
    }
  }

  public void testAllAndNone() {
    assertEquals(size, of(new Bits.MatchAllBits(size), size, size));
    int none = of(new Bits.MatchNoBits(size), size, size);
    assertTrue(none + " of " + size, none <= Math.ceil(.008 * size));
  }

  private static int of(Bits bits, int most, int size) {
    int count = AcceptedCount.exact(bits, most, size);
    return count >= 0 ? count : AcceptedCount.estimate(bits, size);
  }
}
