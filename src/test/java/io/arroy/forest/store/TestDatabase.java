package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.Test;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** The application's databases against a map that does the same. */
public class TestDatabase extends StoreTestCase {
  private static final BlockKey BLOCK = BlockKey.of(BlockKind.META, 0);

  @Test
  public void testRandomChanges() throws IOException {
    Path file = newFile("live");
    TreeMap<byte[], byte[]> committed = new TreeMap<>(Arrays::compareUnsigned);
    byte[] block = randomValue();
    try (Environment environment = Environment.open(file)) {
      Database documents = environment.database("documents");
      assertSame(documents, environment.database("documents"));
      Database other = environment.database("né");
      assertEquals("né", other.name());
      for (int round = randomIntBetween(1, 10); round > 0; round--) {
        TreeMap<byte[], byte[]> after = new TreeMap<>(committed);
        byte[] nextBlock = randomValue();
        try (Snapshot before = environment.read();
            WriteTransaction write = environment.write()) {
          change(documents, write, after);
          write.put(BLOCK, asSegment(nextBlock));
          assertHolds(after, documents, write);
          if (randomBoolean()) {
            assertHolds(committed, documents, before);
            write.commit();
            committed = after;
            block = nextBlock;
          }
        }
        try (Snapshot snapshot = environment.read()) {
          assertHolds(committed, documents, snapshot);
          assertEquals(0, other.size(snapshot));
          if (snapshot.find(BLOCK).isPresent()) {
            assertBytes(block, snapshot.get(BLOCK));
          }
        }
      }
    }
    try (Environment environment = Environment.open(file, EnvironmentOptions.READ_ONLY)) {
      Database documents = environment.database("documents");
      try (Snapshot snapshot = environment.read()) {
        assertHolds(committed, documents, snapshot);
      }
      assertThrows(IllegalArgumentException.class, () -> environment.database("none"));
    }
  }

  private static void change(Database database, WriteTransaction write, Map<byte[], byte[]> after)
      throws IOException {
    for (int i = randomIntBetween(1, 60); i > 0; i--) {
      byte[] key = randomKeyBytes();
      if (randomIntBetween(0, 3) == 0) {
        assertEquals(after.remove(key) != null, database.delete(write, key));
      } else {
        byte[] value = rarely() ? new byte[0] : randomValue();
        database.put(write, key, value);
        after.put(key, value);
      }
      if (randomIntBetween(0, 50) == 0) {
        database.clear(write);
        after.clear();
      }
    }
  }

  private static byte[] randomKeyBytes() {
    byte[] key = new byte[rarely() ? Database.MAX_KEY_BYTES : randomIntBetween(1, 2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) randomIntBetween(-3, 3);
    }
    return key;
  }

  private static void assertHolds(
      NavigableMap<byte[], byte[]> expected, Database database, Transaction transaction)
      throws IOException {
    assertEquals(expected.size(), database.size(transaction));
    byte[] from = randomBoolean() ? new byte[0] : randomKeyBytes();
    List<byte[]> found = new ArrayList<>();
    int most = rarely() ? randomIntBetween(1, 5) : Integer.MAX_VALUE;
    database.forEach(
        transaction,
        from,
        (key, value) -> {
          assertArrayEquals(expected.get(key), value);
          found.add(key);
          return found.size() < most;
        });
    List<byte[]> wanted = expected.tailMap(from).keySet().stream().limit(most).toList();
    assertEquals(wanted.size(), found.size());
    for (int i = 0; i < wanted.size(); i++) {
      assertArrayEquals(wanted.get(i), found.get(i));
    }
    for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
      assertArrayEquals(entry.getValue(), database.get(transaction, entry.getKey()).orElseThrow());
    }
    byte[] key = randomKeyBytes();
    assertEquals(expected.containsKey(key), database.get(transaction, key).isPresent());
  }

  @Test
  public void testBadInputIsNamed() throws IOException {
    byte[] one = {1};
    try (Environment environment =
        Environment.open(newFile("live"), EnvironmentOptions.DEFAULT.withMaxDatabases(2))) {
      for (String name : List.of("", "arroy", "a\0b", "x".repeat(512), "é".repeat(256))) {
        assertThrows(name, IllegalArgumentException.class, () -> environment.database(name));
      }
      Database database = environment.database("x".repeat(511));
      try (WriteTransaction write = environment.write()) {
        assertThrows(IllegalStateException.class, () -> environment.database("late"));
        for (byte[] key : List.of(new byte[0], new byte[512])) {
          assertThrows(IllegalArgumentException.class, () -> database.put(write, key, one));
          assertThrows(IllegalArgumentException.class, () -> database.get(write, key));
          assertThrows(IllegalArgumentException.class, () -> database.delete(write, key));
        }
        assertEquals(0, database.size(write));
        database.put(write, new byte[511], one);
        write.commit();
        assertThrows(IllegalStateException.class, () -> database.put(write, one, one));
      }
      try (Snapshot early = environment.read()) {
        Database late = environment.database("late");
        assertThrows(IllegalStateException.class, () -> late.get(early, one));
        assertFalse(database.get(early, one).isPresent());
        String message =
            assertThrows(IllegalStateException.class, () -> environment.database("third"))
                .getMessage();
        assertTrue(message, message.contains("has 2 databases open"));
      }
      try (Environment another = Environment.open(newFile("another"));
          Snapshot elsewhere = another.read()) {
        assertThrows(IllegalArgumentException.class, () -> database.size(elsewhere));
      }
    }
  }

  @Test
  public void testDatabasesOfOtherKindsAreRefused() throws IOException {
    Path file = newFile("live");
    try (Env<MemorySegment> env =
        Env.create(MemorySegmentProxy.INSTANCE)
            .setMaxDbs(2)
            .open(file.toFile(), EnvFlags.MDB_NOSUBDIR)) {
      env.openDbi("many".getBytes(UTF_8), DbiFlags.MDB_CREATE, DbiFlags.MDB_DUPSORT);
    }
    try (Environment environment = Environment.open(file)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> environment.database("many"))
              .getMessage();
      assertTrue(message, message.contains("MDB_DUPSORT"));
    }
  }

  /** LMDB numbers databases in the transactions that open them: two must not get one number. */
  @Test
  public void testOpenedAtOnceByTwoThreads() throws Exception {
    byte[] key = {1};
    for (int round = 0; round < 30; round++) {
      Path file = newFile("twice" + round);
      try (Environment environment = Environment.open(file)) {
        Database users = environment.database("users");
        try (WriteTransaction write = environment.write()) {
          users.put(write, key, new byte[] {2});
          write.commit();
        }
      }
      try (Environment environment = Environment.open(file)) {
        CyclicBarrier both = new CyclicBarrier(2);
        FutureTask<Database> there = new FutureTask<>(() -> awaited(both, environment, "users"));
        Thread thread = new Thread(there);
        thread.start();
        Database orders = awaited(both, environment, "orders");
        Database users = there.get();
        thread.join();
        try (WriteTransaction write = environment.write()) {
          orders.put(write, key, new byte[] {3});
          write.commit();
        }
        try (Snapshot snapshot = environment.read()) {
          assertArrayEquals(new byte[] {2}, users.get(snapshot, key).orElseThrow());
          assertArrayEquals(new byte[] {3}, orders.get(snapshot, key).orElseThrow());
        }
      }
    }
  }

  /** The same without luck: one is opened after the transaction for the other has begun. */
  @Test
  public void testOpenedMeanwhile() throws IOException {
    Path file = newFile("meanwhile");
    try (Environment environment = Environment.open(file)) {
      environment.database("users");
    }
    try (Environment owner = Environment.open(newFile("owner"));
        Env<MemorySegment> env =
            Lmdb.open(file, 1L << 30, 10, 4, EnvFlags.MDB_NOSUBDIR, EnvFlags.MDB_NOTLS)) {
      Databases databases = new Databases(env, owner, 4);
      int[] begun = {0};
      databases.open(
          "orders",
          () -> {
            Txn<MemorySegment> transaction = env.txnWrite();
            if (begun[0]++ == 0) {
              databases.open("users", env::txnRead);
            }
            return transaction;
          },
          DbiFlags.MDB_CREATE);
      assertEquals(2, databases.count());
      assertEquals(2, begun[0]);
    }
  }

  private static Database awaited(CyclicBarrier both, Environment environment, String name)
      throws Exception {
    both.await();
    return environment.database(name);
  }
}
