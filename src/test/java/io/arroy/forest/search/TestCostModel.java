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
    boolean listable = randomBoolean();
    boolean scans = true;
    for (long accepted = 1; accepted <= items; accepted += 1 + accepted / 20) {
      boolean now = model.scans(k, (int) accepted, listable);
      assertTrue("scans again at " + accepted, scans || !now);
      scans = now;
    }
  }

  /** Where walks change their way, a little more accepted costs about as much. */
  @Test
  @Repeat(iterations = 50)
  public void costOfWalksDoesNotJump() {
    int items = randomIntBetween(10_000, 5_000_000);
    CostModel model =
        new CostModel(items, 1 + items / 85, randomIntBetween(16, 2000), randomBoolean(), null);
    int k = randomIntBetween(1, 200);
    boolean listable = randomBoolean();
    double before = 0;
    for (int accepted = 100; accepted <= items; accepted += 1 + accepted / 200) {
      if (!model.scans(k, accepted, listable)) {
        double now = model.cost(k, accepted, listable);
        String what = accepted + " of " + items + " cost " + now + " after " + before;
        assertTrue(what, before == 0 || (now < 1.5 * before && now > before / 1.5));
        before = now;
      }
    }
  }

  @Test
  public void fewAreScannedAndManyAreNot() {
    CostModel model = new CostModel(1_000_000, 30_000, 768, randomBoolean(), null);
    assertTrue(model.scans(10, 400, randomBoolean()));
    assertFalse(model.scans(10, 100_000, randomBoolean()));
    assertFalse(model.scans(10, 1_000_000, randomBoolean()));
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
    assertFalse(model.givesUp(10, seen(0, 0), accepted, true));
    assertTrue(model.givesUp(10, seen(3 * items, items), accepted, true));
    int leaves = randomIntBetween(1, 1000);
    int scored = randomIntBetween(1, 50_000);
    boolean listable = randomBoolean();
    Surroundings around = seen(leaves, scored);
    if (model.givesUp(10, around, accepted, listable)) {
      if (randomBoolean()) {
        around.opened(10, 1, 1);
      } else {
        around.passed(10);
        around.scored(1, 1);
      }
      assertTrue(model.givesUp(10, around, accepted, listable));
    }
  }

  /** Leaves that were opened, or half of them passed and as many items scored elsewhere. */
  private static Surroundings seen(int leaves, int scored) {
    Surroundings around = new Surroundings(1);
    int closed = randomBoolean() ? leaves / 2 : 0;
    for (int i = 0; i < closed; i++) {
      around.passed(1);
    }
    int elsewhere = closed == 0 ? 0 : scored / 2;
    around.scored(elsewhere, elsewhere);
    for (int i = closed; i < leaves; i++) {
      around.opened(1, 0, 0);
    }
    around.opened(0, scored - elsewhere, scored - elsewhere);
    return around;
  }

  /** Full leaves that were opened cost no more than their codes, however many items they hold. */
  @Test
  public void openedLeavesCostLessThanTheirItemsOneByOne() {
    CostModel model = new CostModel(1_000_000, 12_000, 1024, true, null);
    Surroundings opened = new Surroundings(.1);
    Surroundings closed = new Surroundings(.1);
    int leaves = 0;
    while (!model.givesUp(10, closed, 100_000, true)) {
      closed.passed(128);
      closed.scored(128, 128);
      opened.opened(128, 128, 128);
      leaves++;
    }
    assertFalse(leaves + " leaves", model.givesUp(10, opened, 100_000, true));
  }

  /** What cannot be gone through is not listed, and counting costs no more than half a walk. */
  @Test
  public void listsOnlyWhatPays() {
    CostModel model = new CostModel(10_000_000, 120_000, 384, true, null);
    assertEquals(Acceptance.Listing.NOTHING, model.listing(10, 3_000_000, true));
    CostModel small = new CostModel(30_000, 360, 384, true, null);
    assertEquals(Acceptance.Listing.COUNTS, small.listing(10, 9000, true));
    assertEquals(Acceptance.Listing.NOTHING, small.listing(10, 9000, false));
    assertEquals(Acceptance.Listing.NOTHING, small.listing(10, 1000, false));
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

  /** Where a filter leads far away a walk gives up sooner. */
  @Test
  public void givesUpSoonerFarAway() {
    CostModel model = new CostModel(1_000_000, 12_000, 384, true, null);
    Surroundings usual = new Surroundings(.1);
    Surroundings far = new Surroundings(.1);
    usual.ranks(1_000_000);
    far.ranks(1_000_000);
    int leaves = 0;
    while (!model.givesUp(10, far, 100_000, true)) {
      far.opened(128, 1, 1);
      usual.opened(128, 16, 1);
      far.check();
      usual.check();
      leaves++;
    }
    assertFalse(leaves + " leaves", model.givesUp(10, usual, 100_000, true));
  }
}
