package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.util.Random;
import org.junit.Test;

/** What is expected in leaves to come against what they turn out to hold. */
public class TestMissedItems extends RandomizedTest {

  @Test
  @Repeat(iterations = 10)
  public void expectsWhatNormalItemsHold() {
    Random random = getRandom();
    MissedItems missed = new MissedItems();
    float spread = .1f + randomFloat();
    float[] estimates = new float[64];
    for (int leaf = 0; leaf < 200; leaf++) {
      float base = random.nextFloat() * 10 - 5;
      for (int i = 0; i < estimates.length; i++) {
        estimates[i] = base + spread * (float) random.nextGaussian();
      }
      missed.add(base, estimates, null, estimates.length);
      missed.scale(base / 2, base);
    }
    float rank = randomFloat() * 4;
    float bound = 2 * rank + spread * (random.nextFloat() * 2);
    missed.bound(bound);
    int items = 200_000;
    int above = 0;
    for (int i = 0; i < items; i++) {
      if (2 * rank + spread * random.nextGaussian() > bound) {
        above++;
      }
    }
    assertEquals((double) above / items, missed.above(rank), .03);
  }

  @Test
  public void onlyPickedEstimatesCount() {
    MissedItems picked = new MissedItems();
    picked.add(1, new float[] {2, 99, 0, -99}, new int[] {0, 2}, 2);
    picked.scale(1, 1);
    picked.bound(1);
    assertEquals(.5, picked.above(1), .02);
    assertTrue(picked.above(3) > .95);
    assertTrue(picked.above(-1) < .05);
  }

  @Test
  public void groupsSpreadWiderThanLeaves() {
    MissedItems missed = new MissedItems();
    missed.add(0, new float[] {-1, 1}, null, 2);
    missed.scale(1, 1);
    missed.addLeaf(-2);
    missed.addLeaf(2);
    missed.bound(3);
    assertTrue(missed.aboveInGroup(0) > 2 * missed.above(0));
  }

  @Test
  public void wrongRanksWidenLeaves() {
    MissedItems missed = new MissedItems();
    missed.add(0, new float[] {-1, 1}, null, 2);
    missed.scale(1, 1);
    missed.bound(3);
    float sure = missed.above(0);
    missed.addRank(2);
    missed.addRank(Float.POSITIVE_INFINITY);
    missed.bound(3);
    assertTrue(missed.above(0) > 2 * sure);
  }
}
