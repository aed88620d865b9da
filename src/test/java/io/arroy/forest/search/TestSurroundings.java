package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import org.junit.Test;

/** What a walk makes of what it has seen. */
public class TestSurroundings extends RandomizedTest {

  @Test
  public void nothingSeenIsLikeAll() {
    Surroundings around = new Surroundings(.01);
    assertEquals(1, around.density(), 0);
    assertEquals(0, around.effort(), 0);
    assertEquals(500, around.rank(5), 1e-9);
    around.check();
    assertFalse(around.isFar());
  }

  @Test
  public void densityIsWhatLeavesHoldOfWhatIsAccepted() {
    Surroundings around = new Surroundings(.1);
    around.ranks(1000);
    around.opened(100, 40, 40);
    assertEquals(4, around.density(), 1e-9);
    around.passed(60);
    around.scored(0, 0);
    assertEquals(2.5, around.density(), 1e-9);
    // 10 wanted ones lie among as many as it took to meet 10.
    assertEquals(40, around.rank(10), 1e-9);
    assertEquals(40, around.taken());
    assertEquals(Math.sqrt(40 * 160), around.effort(), 1e-9);
  }

  /** Leaves known to be empty are passed by, in proportion to those that were not. */
  @Test
  public void emptyLeavesCountInTheDensity() {
    Surroundings around = new Surroundings(.1);
    around.ranks(1000);
    around.lacks(750);
    around.opened(100, 40, 40);
    assertEquals(1, around.density(), 1e-9);
    assertEquals(100, around.rank(10), 1e-9);
  }

  /** Items met in another tree are not scored again, but show what the filter leaves. */
  @Test
  public void whatWasScoredElsewhereCountsInTheDensity() {
    Surroundings around = new Surroundings(.5);
    around.ranks(1000);
    around.opened(100, 50, 20);
    around.passed(100);
    around.scored(50, 30);
    assertEquals(1, around.density(), 1e-9);
    assertEquals(50, around.taken());
    assertEquals(20, around.takenInLeaves());
  }

  /** A filter once seen to lead far away still does when everything has been gone through. */
  @Test
  @Repeat(iterations = 20)
  public void farStaysFar() {
    double overall = randomIntBetween(1, 90) / 100.0;
    Surroundings around = new Surroundings(overall);
    around.ranks(1_000_000);
    around.opened(1000, (int) (400 * overall), 1);
    double first = around.density();
    assertTrue(first < .5);
    assertFalse("no check", around.isFar());
    around.check();
    around.opened(100_000, (int) (100_000 * overall), 1);
    around.check();
    assertTrue(around.isFar());
    assertEquals(first, around.density(), 0);
  }

  @Test
  public void withoutFilterDensityIsThatOfAll() {
    Surroundings around = new Surroundings(1);
    around.ranks(1000);
    around.opened(100, 100, 70);
    around.check();
    assertEquals(1, around.density(), 0);
    assertFalse(around.isFar());
  }
}
