package io.arroy.forest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.store.Ids;
import java.util.Arrays;
import org.junit.Test;

public class TestFreeSlots extends RandomizedTest {
  @Test
  @Repeat(iterations = 100)
  public void takesFreeSlotsOfTheEmptiestBlocks() {
    int perBlock = 1 << randomIntBetween(0, 6);
    int[] idOf = new int[randomIntBetween(0, 40 * perBlock)];
    int share = randomIntBetween(0, 100);
    for (int i = 0; i < idOf.length; i++) {
      idOf[i] = randomIntBetween(1, 100) <= share ? Ids.NONE : i;
    }
    int wanted = randomIntBetween(0, idOf.length + 10);
    int[] taken = new FreeSlots(idOf, perBlock, 8).take(wanted);
    assertEquals(wanted, taken.length);
    int[] after =
        Arrays.copyOf(idOf, Math.max(idOf.length, Arrays.stream(taken).max().orElse(-1) + 1));
    Arrays.fill(after, idOf.length, after.length, Ids.NONE);
    int last = -1;
    for (int slot : taken) {
      assertTrue(slot > last);
      assertEquals(Ids.NONE, after[slot]);
      after[slot] = 0;
      last = slot;
    }
    // New slots leave no gap, and blocks with much room are filled before.
    int blocks = (idOf.length + perBlock - 1) / perBlock;
    for (int slot = idOf.length; slot < after.length; slot++) {
      assertEquals(0, after[slot]);
    }
    if (after.length > blocks * perBlock) {
      for (int block = 0; block < blocks; block++) {
        int from = block * perBlock;
        int to = Math.min(from + perBlock, after.length);
        long free = Arrays.stream(after, from, to).filter(id -> id == Ids.NONE).count();
        assertTrue(free + " of " + perBlock, free < Math.max(1, perBlock / 8));
      }
    }
  }

  @Test
  public void oneItemGoesWhereMostIsFree() {
    int[] idOf = {1, Ids.NONE, 2, 3, Ids.NONE, Ids.NONE, 4, 5, 6, Ids.NONE, 7, 8};
    assertEquals(4, new FreeSlots(idOf, 4, 8).take(1)[0]);
  }
}
