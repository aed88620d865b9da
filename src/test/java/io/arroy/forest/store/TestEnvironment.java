package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.Test;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

public class TestEnvironment extends StoreTestCase {
  private static final BlockKey KEY = BlockKey.of(BlockKind.META, 0);

  @Test
  public void testSnapshotsSeeWhatWasCommittedWhenTheyWereTaken() throws IOException {
    Path file = newFile("live");
    Map<BlockKey, byte[]> committed = new TreeMap<>();
    try (Environment environment = open(file)) {
      List<Snapshot> snapshots = new ArrayList<>();
      List<Map<BlockKey, byte[]>> seen = new ArrayList<>();
      int transactions = randomIntBetween(1, 30);
      for (int i = 0; i < transactions; i++) {
        Map<BlockKey, byte[]> after = new TreeMap<>(committed);
        try (WriteTransaction write = environment.write()) {
          change(write, after);
          if (randomBoolean()) {
            write.commit();
            committed = after;
          }
        }
        if (rarely()) {
          snapshots.add(environment.read());
          seen.add(committed);
        }
      }
      for (int i = 0; i < snapshots.size(); i++) {
        assertBlocks(seen.get(i), snapshots.get(i));
      }
      if (randomBoolean()) {
        for (Snapshot snapshot : snapshots) {
          snapshot.close();
          snapshot.close();
        }
      }
    }
    try (Environment environment = open(file);
        Snapshot snapshot = environment.read()) {
      assertBlocks(committed, snapshot);
      for (BlockKind kind : BlockKind.values()) {
        List<BlockKey> expected =
            committed.keySet().stream().filter(k -> k.kind() == kind && k.index() == 1).toList();
        assertEquals(expected, snapshot.keys(kind, 1));
      }
    }
  }

  private static void change(WriteTransaction write, Map<BlockKey, byte[]> after)
      throws IOException {
    Map<BlockKey, Block> found = new HashMap<>();
    int changes = randomIntBetween(1, 30);
    for (int i = 0; i < changes; i++) {
      BlockKey key = randomKey();
      if (randomIntBetween(0, 4) == 0) {
        assertEquals(after.remove(key) != null, write.delete(key));
      } else {
        byte[] value = randomValue();
        write.put(key, asSegment(value));
        after.put(key, value);
      }
      found.remove(key);
      if (randomIntBetween(0, 20) == 0) {
        BlockKind kind = randomFrom(BlockKind.values());
        int before = after.size();
        after.keySet().removeIf(k -> k.kind() == kind && k.index() == 0);
        found.keySet().removeIf(k -> k.kind() == kind && k.index() == 0);
        assertEquals(before - after.size(), write.deleteAll(kind, 0));
      }
      if (!after.isEmpty()) {
        BlockKey wanted = randomFrom(after.keySet().toArray(BlockKey[]::new));
        found.put(wanted, write.get(wanted));
      }
    }
    for (Map.Entry<BlockKey, Block> entry : found.entrySet()) {
      assertBytes(after.get(entry.getKey()), entry.getValue());
    }
    assertBlocks(after, write);
  }

  @Test
  public void testUncommittedBlocksFollowWhatHappensToThem() throws IOException {
    try (Environment environment = open(newFile("live"))) {
      Block.Cursor after;
      try (WriteTransaction write = environment.write()) {
        write.put(KEY, asSegment(new byte[50_000]));
        Block.Cursor cursor = write.get(KEY).cursor();
        assertEquals(50_000, cursor.read(0, 50_000).byteSize());
        write.put(KEY, asSegment(new byte[50_001]));
        assertThrows(IllegalStateException.class, () -> cursor.read(0, 1));
        Block.Cursor second = write.get(KEY).cursor();
        assertEquals(1, second.read(50_000, 1).byteSize());
        write.delete(KEY);
        assertThrows(IllegalStateException.class, () -> second.read(0, 1));
        write.put(KEY, asSegment(new byte[50_000]));
        after = write.get(KEY).cursor();
        after.read(0, 1);
        write.commit();
      }
      assertThrows(IllegalStateException.class, () -> after.read(0, 1));
    }
  }

  @Test
  public void testTheMapGrowsByItself() throws IOException {
    Path file = newFile("live");
    long small = 1 << 20;
    Map<BlockKey, byte[]> expected = new TreeMap<>();
    try (Environment environment = Environment.open(file, fast(), small)) {
      for (int i = 0; i < 60; i++) {
        BlockKey key = new BlockKey(BlockKind.VECTORS, 0, 0, i);
        byte[] value = new byte[100_000];
        getRandom().nextBytes(value);
        try (WriteTransaction write = environment.write()) {
          write.put(key, asSegment(value));
          write.commit();
        }
        expected.put(key, value);
      }
      try (Snapshot snapshot = environment.read()) {
        assertBlocks(expected, snapshot);
      }
    }
    assertTrue(Files.size(file) > 4 * small);
  }

  @Test
  public void testAFullMapIsToldAndGrowsOnceSnapshotsAreClosed() throws IOException {
    try (Environment environment = Environment.open(newFile("live"), fast(), 1 << 20)) {
      MemorySegment large = MemorySegment.ofArray(new byte[1 << 21]);
      try (Snapshot snapshot = environment.read();
          WriteTransaction write = environment.write()) {
        String message = assertThrows(IOException.class, () -> write.put(KEY, large)).getMessage();
        assertTrue(message, message.contains("close its snapshots"));
        assertFalse(snapshot.find(KEY).isPresent());
      }
      try (WriteTransaction write = environment.write()) {
        write.put(KEY, large);
        write.commit();
      }
    }
  }

  @Test
  public void testManyThreads() throws Exception {
    try (Environment environment = open(newFile("live"))) {
      try (WriteTransaction write = environment.write()) {
        write.put(KEY, MemorySegment.ofArray(new byte[10_000]));
        write.commit();
      }
      try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          Callable<Void> task = i < 2 ? () -> writeSome(environment) : () -> readSome(environment);
          all.add(executor.submit(task));
        }
        for (Future<Void> one : all) {
          one.get();
        }
      }
    }
  }

  /** Adds one to every byte. */
  private static Void writeSome(Environment environment) throws IOException {
    for (int i = 0; i < 40; i++) {
      try (WriteTransaction write = environment.write()) {
        byte[] value = write.get(KEY).cursor().read(0, 10_000).toArray(ValueLayout.JAVA_BYTE);
        for (int j = 0; j < value.length; j++) {
          value[j]++;
        }
        write.put(KEY, MemorySegment.ofArray(value));
        write.commit();
      }
    }
    return null;
  }

  /** Checks that all bytes are the same, and stay so while others write. */
  private static Void readSome(Environment environment) throws IOException {
    for (int i = 0; i < 200; i++) {
      try (Snapshot snapshot = environment.read()) {
        MemorySegment value = snapshot.get(KEY).cursor().read(0, 10_000);
        byte[] same = new byte[10_000];
        Arrays.fill(same, value.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(-1, value.mismatch(MemorySegment.ofArray(same)));
      }
    }
    return null;
  }

  @Test
  public void testCloseEndsSnapshotsButNotWriters() throws IOException {
    Environment environment = open(newFile("live"));
    try (WriteTransaction write = environment.write()) {
      write.put(KEY, asSegment(new byte[5000]));
      assertThrows(IllegalStateException.class, environment::close);
      assertThrows(IllegalStateException.class, environment::write);
      write.commit();
    }
    Snapshot snapshot = environment.read();
    MemorySegment bytes = snapshot.get(KEY).cursor().read(0, 5000);
    environment.close();
    environment.close();
    snapshot.close();
    assertThrows(IllegalStateException.class, () -> bytes.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> snapshot.find(KEY));
    assertThrows(IllegalStateException.class, environment::read);
    assertThrows(IllegalStateException.class, environment::write);
  }

  @Test
  public void testATransactionBelongsToItsThread() throws Exception {
    try (Environment environment = open(newFile("live"));
        WriteTransaction write = environment.write()) {
      List<Throwable> thrown = new ArrayList<>();
      CountDownLatch done = new CountDownLatch(1);
      Thread other =
          new Thread(
              () -> {
                try {
                  write.commit();
                } catch (IOException | RuntimeException e) {
                  thrown.add(e);
                }
                done.countDown();
              });
      other.start();
      done.await();
      other.join();
      assertEquals(IllegalStateException.class, thrown.get(0).getClass());
      write.commit();
    }
  }

  @Test
  public void testAFileIsOpenedOnceInAProcess() throws IOException {
    Path file = newFile("live");
    try (Environment environment = open(file)) {
      assertEquals(file, environment.file());
      assertThrows(IllegalStateException.class, () -> Environment.open(file));
      Path other = file.getParent().resolve(".").resolve("live");
      assertThrows(IllegalStateException.class, () -> Environment.open(other));
    }
    open(file).close();
  }

  @Test
  public void testOtherProcesses() throws Exception {
    Path file = newFile("live");
    byte[] value = randomValue();
    try (Environment environment = Environment.open(file, fast(), 1 << 20)) {
      try (WriteTransaction write = environment.write()) {
        write.put(KEY, asSegment(value));
        write.commit();
      }
      // It checks the value it finds and adds eight megabytes, more than this map has room for.
      String printed = OtherProcess.run(OtherProcess.class, file, value.length);
      assertTrue(printed, printed.contains("done"));
      try (Snapshot snapshot = environment.read()) {
        assertEquals(8, snapshot.keys(BlockKind.VECTORS, 7).size());
        assertBytes(value, snapshot.get(KEY));
      }
    }
  }

  @Test
  public void testOtherDatabasesAreLeftAlone() throws IOException {
    Path file = newFile("live");
    MemorySegment key = java.lang.foreign.Arena.ofAuto().allocate(3).fill((byte) 7);
    try (Env<MemorySegment> env = plainEnv(file)) {
      env.openDbi("mine", org.lmdbjava.DbiFlags.MDB_CREATE).put(key, key);
    }
    EnvironmentOptions noCreate = new EnvironmentOptions(false, false, false, 10, 16);
    String message =
        assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file, noCreate))
            .getMessage();
    assertTrue(message, message.contains("no LMDB database \"arroy\""));
    try (Environment environment = open(file);
        WriteTransaction write = environment.write()) {
      write.put(KEY, asSegment(randomValue()));
      write.commit();
    }
    try (Env<MemorySegment> env = plainEnv(file);
        Txn<MemorySegment> txn = env.txnRead()) {
      assertEquals(
          -1, env.openDbi(txn, "mine".getBytes(UTF_8), null, false).get(txn, key).mismatch(key));
    }
  }

  private static Env<MemorySegment> plainEnv(Path file) {
    return Env.create(MemorySegmentProxy.INSTANCE)
        .setMaxDbs(2)
        .open(file.toFile(), EnvFlags.MDB_NOSUBDIR);
  }

  @Test
  public void testFilesMayEndBeforeFreePages() throws IOException {
    int shorter = 0;
    // It takes luck: about one file in three hundred transactions is such.
    for (int files = 0; files < 40 && shorter == 0; files++) {
      shorter = writeUntilShort(newFile("short" + files));
    }
    assertTrue("never ended before its last page", shorter > 0);
  }

  /** Writes and reads a file again and again; how often it ended before its last page. */
  private int writeUntilShort(Path file) throws IOException {
    Map<BlockKey, byte[]> model = new HashMap<>();
    int shorter = 0;
    for (int round = 0; round < 100; round++) {
      try (Environment environment = open(file);
          WriteTransaction write = environment.write()) {
        for (int i = 0; i < 4; i++) {
          BlockKey key = new BlockKey(BlockKind.VECTORS, 1, 0, randomIntBetween(0, 5));
          byte[] value = new byte[randomIntBetween(1, 50_000)];
          getRandom().nextBytes(value);
          write.put(key, asSegment(value));
          model.put(key, value);
          if (randomBoolean()) {
            write.delete(key);
            model.remove(key);
          }
        }
        write.commit();
      }
      long length = MetaPage.read(file).length();
      try (Environment environment = open(file);
          Snapshot snapshot = environment.read()) {
        assertBlocks(model, snapshot);
      }
      try (EnvironmentFile read = EnvironmentFile.open(file)) {
        assertBlocks(model, read);
        PageCounts counts = read.countPages();
        assertEquals(length, counts.pages() * counts.pageSize());
        assertEquals(0, counts.lost());
      }
      assertFalse(EnvironmentFile.isSealed(file));
      if (Files.size(file) < length && !model.isEmpty()) {
        shorter++;
        Path cut = newFile(file.getFileName() + "-cut" + round);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(file), 2 * 4096 + 100));
        assertThrows(CorruptEnvironmentException.class, () -> open(cut));
      }
    }
    return shorter;
  }

  @Test
  public void testWhatIsNoEnvironmentIsRefused() throws IOException {
    Path missing = newFile("missing");
    assertThrows(
        NoSuchFileException.class, () -> Environment.open(missing, EnvironmentOptions.READ_ONLY));
    byte[] noise = new byte[randomIntBetween(1, 20_000)];
    getRandom().nextBytes(noise);
    Path file = Files.write(newFile("noise"), noise);
    assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file));
    Path empty = Files.write(newFile("empty"), new byte[0]);
    assertThrows(
        CorruptEnvironmentException.class,
        () -> Environment.open(empty, EnvironmentOptions.READ_ONLY));
    Path cut = newFile("live");
    try (Environment environment = open(cut);
        WriteTransaction write = environment.write()) {
      write.put(KEY, asSegment(new byte[100_000]));
      write.commit();
    }
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, randomIntBetween(1, whole.length - 4096)));
    assertThrows(CorruptEnvironmentException.class, () -> Environment.open(cut));
  }

  @Test
  public void testAnotherFormatIsRefused() throws IOException {
    assertRefused("forest 1 ", "forest 9 ", "version is 9, this release reads version 1");
    assertRefused(" little-", " bigger-", "bigger-endian", "expected byte order little-endian");
    assertRefused("arroy-", "other-", "other-forest", "expected arroy-forest");
  }

  /** Of an environment whose format entry holds something else of the same length. */
  private void assertRefused(String written, String instead, String... parts) throws IOException {
    Path file = newFile("live");
    open(file).close();
    String bytes = Files.readString(file, ISO_8859_1);
    assertTrue(bytes.contains(written));
    Files.writeString(file, bytes.replace(written, instead), ISO_8859_1);
    String message =
        assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file)).getMessage();
    for (String part : parts) {
      assertTrue(message, message.contains(part));
    }
  }

  @Test
  public void testOnlyItsOwnerReadsIt() throws IOException {
    Path file = newFile("live");
    assumeTrue(Files.getFileStore(file.getParent()).supportsFileAttributeView("posix"));
    open(file).close();
    try (Stream<Path> files = Files.list(file.getParent())) {
      for (Path one : files.toList()) {
        assertEquals(
            PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(one));
      }
    }
  }

  @Test
  public void testReadOnly() throws IOException {
    Path file = newFile("live");
    try (Environment environment = open(file);
        WriteTransaction write = environment.write()) {
      write.put(KEY, asSegment(new byte[10]));
      write.commit();
    }
    try (Environment environment = Environment.open(file, EnvironmentOptions.READ_ONLY);
        Snapshot snapshot = environment.read()) {
      assertBytes(new byte[10], snapshot.get(KEY));
      assertThrows(IllegalStateException.class, environment::write);
    }
    assertThrows(
        IllegalArgumentException.class, () -> new EnvironmentOptions(true, true, true, 10, 1));
    assertThrows(
        IllegalArgumentException.class, () -> EnvironmentOptions.DEFAULT.withMaxReaders(0));
  }

  private static EnvironmentOptions fast() {
    return EnvironmentOptions.DEFAULT.withDurable(false).withMaxReaders(100);
  }

  private static Environment open(Path file) throws IOException {
    return randomBoolean() ? Environment.open(file) : Environment.open(file, fast());
  }
}
