package io.arroy.forest.distance;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.lang.foreign.MemorySegment;
import org.junit.Test;

/** Distances counted from bits against those computed over 1 and -1. */
public class TestSigns extends RandomizedTest {
  @Test
  @Repeat(iterations = 50)
  public void distancesAreThoseOfOnesAndMinusOnes() {
    int dimension = randomIntBetween(1, 300);
    float[] a = randomVector(dimension);
    float[] b = randomVector(dimension);
    int offset = randomIntBetween(0, 9);
    MemorySegment stored = MemorySegment.ofArray(new byte[offset + Signs.bytes(dimension)]);
    Signs.store(Signs.pack(b), stored, offset);
    stored = stored.asSlice(offset);
    float[] unpacked = new float[dimension + 2];
    Signs.unpack(stored, dimension, unpacked, 1);
    float[] expected = new float[dimension + 2];
    System.arraycopy(signs(b), 0, expected, 1, dimension);
    assertArrayEquals(expected, unpacked, 0);
    int differing = Signs.differing(Signs.pack(a), stored);
    for (Distance distance : Distance.values()) {
      assertEquals(
          distance.proximity(signs(a), signs(b)),
          Signs.proximity(distance, differing, dimension),
          1e-5f);
    }
  }

  @Test
  public void sixtyFourSignsTakeEightBytes() {
    assertEquals(8, Signs.bytes(1));
    assertEquals(8, Signs.bytes(64));
    assertEquals(16, Signs.bytes(65));
    assertEquals(48, ElementType.BIT.vectorBytes(384));
  }

  private static float[] randomVector(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = randomIntBetween(-1, 1) * (randomBoolean() ? 1 : randomFloat());
    }
    return vector;
  }

  private static float[] signs(float[] vector) {
    float[] signs = new float[vector.length];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = vector[i] < 0 ? -1 : 1;
    }
    return signs;
  }
}
