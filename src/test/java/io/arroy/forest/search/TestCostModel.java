package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import org.junit.Test;

/** When a search scans. */
public class TestCostModel extends RandomizedTest {

  @Test
  @Repeat(iterations = 50)
  public void scansUpToOneNumberOfAccepted() {
    int items = randomIntBetween(1, 5_000_000);
    int leaves = 1 + items / randomIntBetween(1, 200);
    CostModel model =
        new CostModel(items, leaves, randomIntBetween(1, 2000), randomBoolean(), null);
    int k = randomIntBetween(1, 1000);
    boolean scans = true;
    for (long accepted = 1; accepted <= items; accepted += 1 + accepted / 20) {
      boolean now = model.scans(k, (int) accepted);
      assertTrue("scans again at " + accepted, scans || !now);
      scans = now;
    }
  }

  @Test
  public void fewAreScannedAndManyAreNot() {
    CostModel model = new CostModel(1_000_000, 30_000, 768, randomBoolean(), null);
    assertTrue(model.scans(10, 400));
    assertFalse(model.scans(10, 100_000));
    assertFalse(model.scans(10, 1_000_000));
  }

  @Test
  public void effortGrowsWithItemsAndWanted() {
    CostModel small = new CostModel(10_000, 300, 384, false, null);
    CostModel large = new CostModel(1_000_000, 30_000, 384, true, null);
    assertEquals(10, large.firstEffort(10) / small.firstEffort(10), .01);
    assertTrue(small.firstEffort(100) > small.firstEffort(10));
    assertTrue(small.firstEffort(5000) >= 50_000);
  }

  /** A walk gives up while scanning is still the cheaper end, and never before it cost anything. */
  @Test
  @Repeat(iterations = 50)
  public void givesUpOnceHalfAScanIsSpent() {
    int items = randomIntBetween(1000, 5_000_000);
    CostModel model =
        new CostModel(items, 1 + items / 30, randomIntBetween(1, 2000), randomBoolean(), null);
    int accepted = randomIntBetween(1, items);
    assertFalse(model.givesUp(10, 0, 0, accepted));
    assertTrue(model.givesUp(10, 3 * items, items, accepted));
    int leaves = randomIntBetween(1, 1000);
    int scored = randomIntBetween(1, 50_000);
    if (model.givesUp(10, leaves, scored, accepted)) {
      assertTrue(model.givesUp(10, leaves + 1, scored + 1, accepted));
    }
  }

  /** A leaf is opened for many accepted items and not for few, the sooner the longer codes are. */
  @Test
  public void opensLeavesThatHoldMany() {
    int before = 128;
    for (int dimension : new int[] {64, 384, 1536}) {
      CostModel model = new CostModel(100_000, 1200, dimension, true, null);
      assertFalse(model.opens(0, 128));
      assertTrue(model.opens(128, 128));
      int least = 1;
      while (!model.opens(least, 128)) {
        least++;
      }
      assertTrue(least + " of " + dimension, least > 128 / 20 && least <= before);
      before = least;
    }
  }
}
