package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** An environment whose map is full, and one that is closed while it is read. */
public class TestEnvironmentUnderPressure extends StoreTestCase {
  private static final EnvironmentOptions OPTIONS = EnvironmentOptions.DEFAULT.withDurable(false);

  /** Deleting needs room as well: it fails once, and the map is larger then. */
  @Test
  @Repeat(iterations = 5)
  public void testDeletesOfWhatFillsTheMap() throws IOException {
    Path file = newFile("full");
    int failed = 0;
    try (Environment environment = Environment.open(file, OPTIONS, 1 << 20, true)) {
      int written = fill(environment);
      for (int left = written; left > 0; ) {
        try (WriteTransaction transaction = environment.write()) {
          int next = Math.max(0, left - randomIntBetween(1, 40));
          for (int i = next; i < left; i++) {
            assertTrue(transaction.delete(key(i)));
          }
          transaction.commit();
          left = next;
        } catch (IOException e) {
          assertTrue(e.getMessage(), e.getMessage().contains("is used up; close its snapshots"));
          failed++;
          assertTrue("failed again and again", failed < 3);
        }
      }
    }
  }

  /** How many blocks there was room for, up to the last page. */
  private static int fill(Environment environment) throws IOException {
    int written = 0;
    for (int bytes = 2000; ; written++) {
      try (WriteTransaction transaction = environment.write()) {
        transaction.put(key(written), MemorySegment.ofArray(new byte[bytes]));
        transaction.commit();
      } catch (IOException e) {
        assertTrue(e.getMessage(), e.getMessage().contains("is used up"));
        return written;
      }
    }
  }

  private static BlockKey key(int number) {
    return new BlockKey(BlockKind.LEAVES, 0, 0, number);
  }

  /** Closing waits for a scan under way, which may ask the environment for more meanwhile. */
  @Test
  public void testClosingWhileAScanAsksForMore() throws Exception {
    Environment environment = Environment.open(newFile("scanned"), OPTIONS.withMaxDatabases(1));
    Database database = environment.database("mine");
    try (WriteTransaction transaction = environment.write()) {
      database.put(transaction, "key".getBytes(UTF_8), new byte[10]);
      transaction.commit();
    }
    CountDownLatch scanning = new CountDownLatch(1);
    Thread scanner =
        new Thread(
            () -> {
              try (Snapshot snapshot = environment.read()) {
                database.forEach(
                    snapshot,
                    new byte[0],
                    (key, value) -> {
                      scanning.countDown();
                      while (isOpen(environment)) {
                        Thread.onSpinWait();
                      }
                      return true;
                    });
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    scanner.start();
    assertTrue(scanning.await(10, TimeUnit.SECONDS));
    Thread closer =
        new Thread(
            () -> {
              try {
                environment.close();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    closer.start();
    scanner.join(10_000);
    closer.join(10_000);
    assertFalse("scanner", scanner.isAlive());
    assertFalse("closer", closer.isAlive());
    assertThrows(IllegalStateException.class, environment::read);
  }

  private static boolean isOpen(Environment environment) throws IOException {
    try {
      environment.read().close();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
