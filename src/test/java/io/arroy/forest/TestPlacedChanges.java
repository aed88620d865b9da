package io.arroy.forest;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.Test;

/** Vectors that lie where the next build leaves them, ahead of it. */
public class TestPlacedChanges extends UpdaterTestCase {
  /** Vectors of several blocks, placed one block a transaction, some replaced meanwhile. */
  @Test
  public void testBuildInSeveralTransactions() throws IOException {
    Random random = getRandom();
    int dimension = 16_000;
    IndexDescription description = floats(1, dimension);
    TreeMap<Integer, float[]> model = new TreeMap<>();
    try (Environment environment = Environment.open(file())) {
      for (int round = 0; round < 3; round++) {
        Set<Integer> put = new HashSet<>();
        try (WriteTransaction transaction = environment.write()) {
          IndexUpdater updater = IndexUpdater.create(description, transaction);
          for (int i = 0; i < 150; i++) {
            int id = random.nextInt(400);
            if (random.nextInt(3) == 0) {
              updater.delete(id);
              model.remove(id);
              put.remove(id);
            } else {
              put.add(id);
              model.put(id, vector(random, dimension));
              updater.put(id, model.get(id));
            }
          }
          transaction.commit();
        }
        long before;
        try (Snapshot snapshot = environment.read()) {
          before = snapshot.transaction();
        }
        IndexUpdater.build(environment, 1, OPTIONS, 1 << 20);
        try (Snapshot snapshot = environment.read()) {
          // A transaction moves no more than a megabyte, and the last one moves nothing.
          long moved = put.size() * 4L * dimension;
          assertTrue(snapshot.transaction() >= before + moved / (1 << 20) + 1);
          assertFalse(PendingChanges.any(snapshot, 1));
          assertSearchable(snapshot, 1, model);
        }
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> IndexUpdater.build(environment, 2, OPTIONS, 1 << 20));
      assertThrows(
          IllegalArgumentException.class,
          () -> IndexUpdater.build(environment, 1, OPTIONS, (1 << 20) - 1));
    }
  }

  /** A change that names a slot it cannot have is refused before room is made or an item lost. */
  @Test
  public void testDamagedSlots() throws IOException {
    Random random = getRandom();
    TreeMap<Integer, float[]> model = new TreeMap<>();
    try (Environment environment = Environment.open(file())) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(1, 16), transaction);
        for (int id = 0; id < 300; id++) {
          model.put(id, vector(random, 16));
          updater.put(id, model.get(id));
        }
        updater.build(OPTIONS);
        assertTrue(updater.delete(7));
        model.remove(7);
        updater.build(OPTIONS);
        updater.put(400, vector(random, 16));
        assertTrue(updater.place(OPTIONS, IndexUpdater.MIN_MEMORY_BYTES));
        transaction.commit();
      }
      int free = 7;
      for (int slot :
          new int[] {3, free, 1000, 1 << 20, 1 << 29, 0x7ffffff0, Integer.MAX_VALUE, -3}) {
        assertRefused(environment, slot);
      }
      try (Snapshot snapshot = environment.read()) {
        assertSearchable(snapshot, 1, model);
      }
    }
  }

  private static void assertRefused(Environment environment, int slot) throws IOException {
    for (int way = 0; way < 3; way++) {
      try (WriteTransaction transaction = environment.write()) {
        BlockKey change = new BlockKey(BlockKind.CHANGES, 1, 0, 500);
        transaction.put(change, MemorySegment.ofArray(placed(slot)));
        IndexUpdater updater = IndexUpdater.open(1, transaction);
        int how = way;
        CorruptEnvironmentException refused =
            assertThrows(CorruptEnvironmentException.class, () -> takeIn(updater, how));
        String message = refused.getMessage();
        assertTrue(message, message.contains("slot " + slot) || message.contains("missing block"));
      }
    }
  }
}
