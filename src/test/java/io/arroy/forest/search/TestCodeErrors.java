package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.forest.distance.Distance;
import org.junit.Test;

/** How long codes stay worth an exact look. */
public class TestCodeErrors extends RandomizedTest {

  @Test
  public void exactCodesEndAtTheFarthestWanted() {
    CodeErrors errors =
        CodeErrors.of(Distance.DOT_PRODUCT, new float[] {1}, 2, CodeErrors.AFTER_WALK);
    errors.add(5, 5);
    assertTrue(errors.mayBeWanted(-100));
    errors.add(4, 4);
    errors.add(3, 3);
    assertTrue(errors.mayBeWanted(4));
    assertFalse(errors.mayBeWanted(3.9f));
  }

  @Test
  public void wrongCodesReachFurther() {
    CodeErrors errors =
        CodeErrors.of(Distance.DOT_PRODUCT, new float[] {1}, 1, CodeErrors.AFTER_WALK);
    errors.add(5, 7);
    errors.add(7, 5);
    assertTrue(errors.mayBeWanted(3.1f));
    assertFalse(errors.mayBeWanted(2.9f));
    CodeErrors afterScan =
        CodeErrors.of(Distance.DOT_PRODUCT, new float[] {1}, 1, CodeErrors.AFTER_SCAN);
    afterScan.add(5, 7);
    afterScan.add(7, 5);
    assertTrue(afterScan.mayBeWanted(2.1f));
    assertFalse(afterScan.mayBeWanted(1.9f));
  }

  @Test
  public void squaredDistancesCompareWithTheEstimateOfTheirDot() {
    float[] query = {3, 4};
    CodeErrors errors = CodeErrors.of(Distance.EUCLIDEAN, query, 1, CodeErrors.AFTER_WALK);
    // An item at (3, 0): dot product 9, half its squared length 4.5, squared distance 16.
    errors.add(4.5f, -16);
    assertTrue(errors.mayBeWanted(4.5f));
    assertFalse(errors.mayBeWanted(4.4f));
    assertEquals(-16, Distance.EUCLIDEAN.proximity(query, new float[] {3, 0}), 0);
  }

  @Test
  public void codesSayNothingOfManhattan() {
    assertNull(CodeErrors.of(Distance.MANHATTAN, new float[] {1}, 1, CodeErrors.AFTER_WALK));
  }
}
