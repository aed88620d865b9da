package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.SparseFixedBitSet;
import org.junit.Test;

public class TestAcceptedOrdinals extends RandomizedTest {
  @Test
  @Repeat(iterations = 100)
  public void goesThroughAllOnce() {
    int slots = randomIntBetween(0, 3000);
    FixedBitSet accepted = randomBoolean() ? null : bits(randomIntBetween(0, 3500));
    FixedBitSet occupied = randomBoolean() ? null : bits(slots);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < slots; i++) {
      if ((accepted == null || (i < accepted.length() && accepted.get(i)))
          && (occupied == null || occupied.get(i))) {
        expected.add(i);
      }
    }
    AcceptedOrdinals ordinals = new AcceptedOrdinals(anyKind(accepted), occupied, slots);
    List<Integer> actual = new ArrayList<>();
    int[] batch = new int[randomIntBetween(1, 100)];
    for (int n = ordinals.next(batch); n > 0; n = ordinals.next(batch)) {
      for (int i = 0; i < n; i++) {
        actual.add(batch[i]);
      }
    }
    assertEquals(expected, actual);
    assertEquals(0, ordinals.next(batch));
  }

  private static FixedBitSet bits(int length) {
    FixedBitSet bits = new FixedBitSet(length);
    double share = randomDouble();
    for (int i = 0; i < length; i++) {
      if (randomDouble() < share) {
        bits.set(i);
      }
    }
    return bits;
  }

  private static Bits anyKind(FixedBitSet bits) {
    if (bits == null || bits.length() == 0) {
      return bits;
    }
    return switch (randomIntBetween(0, 2)) {
      case 0 -> bits;
      case 1 -> {
        SparseFixedBitSet sparse = new SparseFixedBitSet(bits.length());
        for (int i = 0; i < bits.length(); i++) {
          if (bits.get(i)) {
            sparse.set(i);
          }
        }
        yield sparse;
      }
      default -> bits.asReadOnlyBits();
    };
  }
}
