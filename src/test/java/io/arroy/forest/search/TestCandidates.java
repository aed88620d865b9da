package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.Test;

/** The candidates of a search, and the set of its ordinals. */
public class TestCandidates extends RandomizedTest {
  @Test
  @Repeat(iterations = 50)
  public void keepsTheBest() {
    int capacity = randomIntBetween(1, 300);
    int count = randomIntBetween(1, 5000);
    Candidates candidates = new Candidates(capacity);
    float[] all = new float[count];
    for (int i = 0; i < count; i++) {
      all[i] = (float) getRandom().nextGaussian();
      if (all[i] > candidates.threshold()) {
        candidates.add(i, all[i]);
      }
    }
    float[] sorted = all.clone();
    Arrays.sort(sorted);
    int kept = Math.min(count, capacity);
    assertEquals(kept, candidates.size());
    int rank = randomIntBetween(1, kept);
    float bound = sorted[count - rank];
    assertEquals(bound, candidates.best(rank), 0);
    assertEquals(rank, candidates.above(bound));
    candidates.order(kept);
    for (int i = 0; i < kept; i++) {
      assertEquals(sorted[count - 1 - i], candidates.estimate(i), 0);
      assertEquals(all[candidates.ordinal(i)], candidates.estimate(i), 0);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void aSetHoldsWhatWasAdded() {
    OrdinalSet set = new OrdinalSet(randomIntBetween(0, 100));
    Set<Integer> model = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      int ordinal = randomIntBetween(0, 700);
      assertEquals(model.contains(ordinal), set.contains(ordinal));
      assertEquals(model.add(ordinal), set.add(ordinal));
      assertTrue(set.contains(ordinal));
    }
    assertFalse(set.contains(701));
  }
}
