package io.arroy.forest;

import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.TreeMap;
import org.junit.Test;

/** A build over damaged ids would lose items, and commit that. */
public class TestDamagedIds extends UpdaterTestCase {
  private final TreeMap<Integer, float[]> model = new TreeMap<>();

  @Test
  public void testAreNotBuiltUpon() throws IOException {
    Random random = getRandom();
    try (Environment environment = Environment.open(file())) {
      for (int round = 0; round < 3; round++) {
        try (WriteTransaction transaction = environment.write()) {
          IndexUpdater updater = IndexUpdater.create(floats(1, 6), transaction);
          for (int i = 0; i < 300; i++) {
            int id = random.nextInt(1000);
            if (random.nextInt(4) == 0) {
              updater.delete(id);
              model.remove(id);
            } else {
              model.put(id, vector(random, 6));
              updater.put(id, model.get(id));
            }
          }
          updater.build(OPTIONS);
          transaction.commit();
        }
      }
      for (BlockKind kind : new BlockKind[] {BlockKind.IDS, BlockKind.ORDER}) {
        for (int damage = 0; damage < 4; damage++) {
          // Placing only asks what is free.
          boolean seemsFree = kind == BlockKind.IDS && damage % 3 == 0;
          for (int way = 0; way < (seemsFree ? 3 : 2); way++) {
            assertRefused(environment, kind, damage, way);
          }
        }
      }
      try (Snapshot snapshot = environment.read()) {
        assertSearchable(snapshot, 1, model);
      }
    }
  }

  private void assertRefused(Environment environment, BlockKind kind, int damage, int way)
      throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      BlockKey key = BlockKey.of(kind, 1);
      int length = Math.toIntExact(transaction.get(key).length());
      int[] numbers = transaction.get(key).cursor().read(0, length).toArray(Layouts.INT);
      damage(numbers, damage);
      transaction.put(key, MemorySegment.ofArray(bytes(numbers)));
      String what = kind + ", damage " + damage + ", way " + way;
      CorruptEnvironmentException refused =
          assertThrows(
              what, CorruptEnvironmentException.class, () -> takeIn(open(transaction), way));
      assertNotNull(refused.getMessage());
    }
  }

  /** With something to build. */
  private IndexUpdater open(WriteTransaction transaction) throws IOException {
    IndexUpdater updater = IndexUpdater.open(1, transaction);
    updater.put(2000, vector(getRandom(), 6));
    return updater;
  }

  private static void damage(int[] numbers, int damage) {
    int one = live(numbers, randomIntBetween(0, numbers.length - 1));
    int other = live(numbers, (one + randomIntBetween(1, numbers.length - 1)) % numbers.length);
    if (one == other) {
      other = live(numbers, (one + 1) % numbers.length);
    }
    switch (damage) {
      case 0 -> numbers[one] = -1;
      case 1 -> numbers[one] = numbers[other];
      case 2 -> {
        int kept = numbers[one];
        numbers[one] = numbers[other];
        numbers[other] = kept;
      }
      default -> numbers[one] = randomIntBetween(Integer.MIN_VALUE, -2);
    }
  }

  /** The first place at or after one, in a ring, that is not free. */
  private static int live(int[] numbers, int from) {
    int at = from;
    while (numbers[at] < 0) {
      at = (at + 1) % numbers.length;
    }
    return at;
  }

  private static byte[] bytes(int[] numbers) {
    byte[] bytes = new byte[4 * numbers.length];
    MemorySegment.copy(numbers, 0, MemorySegment.ofArray(bytes), Layouts.INT, 0, numbers.length);
    return bytes;
  }
}
