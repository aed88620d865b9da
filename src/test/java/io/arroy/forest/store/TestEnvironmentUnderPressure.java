package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import io.arroy.forest.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** An environment whose map is full, and one that is closed while it is read. */
@TimeoutSuite(millis = 300_000)
public class TestEnvironmentUnderPressure extends StoreTestCase {
  private static final EnvironmentOptions OPTIONS = EnvironmentOptions.DEFAULT.withDurable(false);

  private static final long MAP_BYTES = 1 << 20;

  /** Deleting needs room as well: it fails once, and the map is larger then. */
  @Test
  public void testDeletesOfWhatFillsTheMap() throws IOException {
    int failed = 0;
    for (int round = 0; round < 20; round++) {
      Path file = newFile("full");
      try (Environment environment = Environment.open(file, OPTIONS, MAP_BYTES, true)) {
        int written = fill(environment, randomIntBetween(1, 6));
        failed += delete(environment, written) ? 1 : 0;
      }
    }
    assertTrue("there always was room", failed > 0);
  }

  /** Creating a database needs room as well. */
  @Test
  public void testDatabaseInAFullMap() throws IOException {
    int failed = 0;
    for (int round = 0; round < 20; round++) {
      Path file = newFile("full");
      try (Environment environment =
          Environment.open(file, OPTIONS.withMaxDatabases(1), MAP_BYTES, true)) {
        fill(environment, randomIntBetween(1, 3));
        try {
          environment.database("mine");
        } catch (IOException e) {
          failed++;
          environment.database("mine");
        }
      }
    }
    assertTrue("failed " + failed, failed < 20);
  }

  /** Puts blocks until few pages are left; how many. */
  private static int fill(Environment environment, int pagesLeft) throws IOException {
    int written = 0;
    while (Files.size(environment.file()) < MAP_BYTES - pagesLeft * 4096L) {
      try (WriteTransaction transaction = environment.write()) {
        transaction.put(key(written), MemorySegment.ofArray(new byte[2000]));
        transaction.commit();
        written++;
      } catch (IOException e) {
        assertTrue(e.getMessage(), e.getMessage().contains("is used up"));
        return written;
      }
    }
    return written;
  }

  /** Deletes all blocks, many at once; whether that failed at first. */
  private static boolean delete(Environment environment, int written) throws IOException {
    for (boolean failed = false; ; failed = true) {
      try (WriteTransaction transaction = environment.write()) {
        for (int i = 0; i < written; i += 2) {
          assertTrue(transaction.delete(key(i)));
        }
        transaction.commit();
        return failed;
      } catch (IOException e) {
        assertTrue(e.getMessage(), e.getMessage().contains("is used up; close its snapshots"));
        assertFalse("fails again", failed);
      }
    }
  }

  private static BlockKey key(int number) {
    return new BlockKey(BlockKind.LEAVES, 0, 0, number);
  }

  /** LMDB must not map anew while a thread of this process is beginning to write. */
  @Test
  public void testAnOutgrownMapStaysUnderAWriterThatWaits() throws Exception {
    Path file = newFile("outgrown");
    try (Environment environment = Environment.open(file, OPTIONS, MAP_BYTES)) {
      Snapshot before = environment.read();
      Process other = OtherJvm.start(LongWriter.class, file);
      try (BufferedReader out = other.inputReader(UTF_8);
          OutputStream in = other.getOutputStream()) {
        assertEquals("writing", out.readLine());
        assertOutgrown(environment);
        // It leaves the map as it is, for the snapshot, and waits for the other process.
        FutureTask<Void> write = new FutureTask<>(() -> putOne(environment));
        Thread writer = new Thread(write);
        writer.start();
        while (writer.isAlive()
            && !isIn(writer, frame -> frame.getMethodName().equals("txnWrite"))) {
          Thread.onSpinWait();
        }
        before.close();
        assertOutgrown(environment);
        in.write('\n');
        in.flush();
        write.get();
        writer.join();
        assertEquals(0, other.waitFor());
      } finally {
        other.destroyForcibly().waitFor();
      }
      try (Snapshot after = environment.read()) {
        assertEquals(LongWriter.BYTES, after.get(BlockKey.of(BlockKind.META, 0)).length());
        assertTrue(after.find(key(0)).isPresent());
      }
    }
  }

  @Test
  public void testOpeningWaitsForNoWriter() throws Exception {
    Path file = newFile("written");
    Process other = OtherJvm.start(LongWriter.class, file);
    try (BufferedReader out = other.inputReader(UTF_8)) {
      assertEquals("writing", out.readLine());
      FutureTask<Environment> opening = new FutureTask<>(() -> Environment.open(file));
      new Thread(opening).start();
      try (Environment environment = opening.get(60, TimeUnit.SECONDS);
          Snapshot snapshot = environment.read()) {
        assertTrue(snapshot.find(BlockKey.of(BlockKind.META, 0)).isPresent());
      }
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  private static Void putOne(Environment environment) throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      transaction.put(key(0), MemorySegment.ofArray(new byte[2000]));
      transaction.commit();
      return null;
    }
  }

  private static void assertOutgrown(Environment environment) {
    IOException e = assertThrows(IOException.class, environment::read);
    assertTrue(e.getMessage(), e.getMessage().contains("outgrew the address space"));
  }

  /** Where LMDB has no map it would read all the same. */
  @Test
  public void testNothingIsAskedOfALostMap() throws Exception {
    List<String> told = OtherProcess.run(LostMap.class, newFile("lost")).lines().toList();
    assertTrue(told.toString(), told.get(0).startsWith("write: cannot grow "));
    assertEquals(told.toString(), 6, told.size());
    for (String line : told.subList(1, 5)) {
      assertTrue(told.toString(), line.endsWith("failed; close it and open it again"));
    }
    assertEquals("opened again: 1000", told.get(5));
  }

  /** A database that a scan finds something in. */
  private static Database withOneEntry(Environment environment) throws IOException {
    Database database = environment.database("mine");
    try (WriteTransaction transaction = environment.write()) {
      database.put(transaction, "key".getBytes(UTF_8), new byte[10]);
      transaction.commit();
    }
    return database;
  }

  /** Closing waits for a scan under way, which may ask the environment for more meanwhile. */
  @Test
  public void testClosingWhileAScanAsksForMore() throws Exception {
    Environment environment = Environment.open(newFile("scanned"), OPTIONS.withMaxDatabases(1));
    Database database = withOneEntry(environment);
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
    Thread closer = closer(environment);
    closer.start();
    scanner.join(10_000);
    closer.join(10_000);
    assertFalse("scanner", scanner.isAlive());
    assertFalse("closer", closer.isAlive());
    assertThrows(IllegalStateException.class, environment::read);
  }

  private static Thread closer(Environment environment) {
    return new Thread(
        () -> {
          try {
            environment.close();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  /**
   * Whoever closes it second may open the file again as well; but a scan cannot wait for itself.
   */
  @Test
  public void testClosingTwiceAtOnce() throws Exception {
    Path file = newFile("closed");
    Environment environment = Environment.open(file, OPTIONS.withMaxDatabases(1));
    Database database = withOneEntry(environment);
    Snapshot snapshot = environment.read();
    Thread first = closer(environment);
    Thread second = closer(environment);
    database.forEach(
        snapshot,
        new byte[0],
        (key, value) -> {
          first.start();
          while (isOpen(environment)) {
            Thread.onSpinWait();
          }
          second.start();
          environment.close();
          while (second.getState() != Thread.State.WAITING && second.isAlive()) {
            Thread.onSpinWait();
          }
          assertTrue("waits for the first", second.isAlive());
          return true;
        });
    second.join(10_000);
    assertFalse("second", second.isAlive());
    Environment.open(file, OPTIONS).close();
    first.join(10_000);
    assertFalse("first", first.isAlive());
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
