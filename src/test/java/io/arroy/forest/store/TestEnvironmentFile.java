package io.arroy.forest.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.Test;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

public class TestEnvironmentFile extends StoreTestCase {
  /** Where a database's record has the number of its entries. */
  private static final int ENTRIES_AT = 32;

  private static final ValueLayout.OfInt BIG_ENDIAN =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  private static void write(Environment environment, Map<BlockKey, byte[]> blocks)
      throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      for (Map.Entry<BlockKey, byte[]> block : blocks.entrySet()) {
        transaction.put(block.getKey(), asSegment(block.getValue()));
      }
      transaction.commit();
    }
  }

  /** A live file with blocks put, replaced and deleted in many transactions. */
  private static Map<BlockKey, byte[]> writeSome(Path file, int rounds) throws IOException {
    Map<BlockKey, byte[]> model = new TreeMap<>();
    try (Environment environment =
        Environment.open(file, new EnvironmentOptions(true, false, false, 10, 0))) {
      for (int round = 0; round < rounds; round++) {
        Map<BlockKey, byte[]> blocks = randomBlocks(60);
        write(environment, blocks);
        model.putAll(blocks);
        try (WriteTransaction transaction = environment.write()) {
          for (BlockKey key : List.copyOf(model.keySet())) {
            if (randomIntBetween(0, 2) == 0) {
              transaction.delete(key);
              model.remove(key);
            }
          }
          transaction.commit();
        }
      }
    }
    return model;
  }

  @Test
  public void testReadsLiveFiles() throws IOException {
    Path file = newFile("live");
    Map<BlockKey, byte[]> model = writeSome(file, randomIntBetween(0, 8));
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      assertFalse(pages.sealed());
      assertEquals(List.copyOf(model.keySet()), pages.keys());
      assertBlocks(model, pages);
      PageCounts counts = pages.countPages();
      assertEquals(counts.toString(), 0, counts.lost());
      assertTrue(counts.toString(), counts.bytes() <= Files.size(file));
      assertThrows(IllegalStateException.class, () -> Environment.open(file));
    }
    try (Environment environment = Environment.open(file)) {
      assertThrows(IllegalStateException.class, () -> EnvironmentFile.open(file));
      try (Snapshot snapshot = environment.read()) {
        assertEquals(List.copyOf(model.keySet()), snapshot.keys());
      }
    }
  }

  @Test
  public void testReadsSealedFilesAndCreatesNone() throws IOException {
    Map<BlockKey, byte[]> blocks = randomBlocks(100);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TestScratchEnvironment.write(newFile("scratch"), blocks, out, false);
    out.write(new byte[randomIntBetween(0, 100)]);
    Path file = Files.write(newFile("sealed"), out.toByteArray());
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      assertTrue(pages.sealed());
      assertBlocks(blocks, pages);
      assertEquals(List.copyOf(blocks.keySet()), pages.keys());
      pages.countPages();
    }
    try (var siblings = Files.list(file.getParent())) {
      assertEquals(List.of(file), siblings.toList());
    }
  }

  @Test
  public void testClosedFilesCannotBeRead() throws IOException {
    Path file = newFile("live");
    BlockKey key = BlockKey.of(BlockKind.META, 3);
    try (Environment environment = Environment.open(file)) {
      write(environment, Map.of(key, new byte[10_000]));
    }
    EnvironmentFile pages = EnvironmentFile.open(file);
    Block.Cursor cursor = pages.get(key).cursor();
    pages.close();
    pages.close();
    MemorySegment late = cursor.read(0, 1);
    assertThrows(IllegalStateException.class, () -> late.get(ValueLayout.JAVA_BYTE, 0));
  }

  /** LMDB dies on many of these; here they give an exception, or are not met. */
  @Test
  public void testDamagedPagesGiveExceptions() throws IOException {
    Path intact = newFile("live");
    writeSome(intact, 6);
    byte[] bytes = Files.readAllBytes(intact);
    List<Integer> structure = structurePages(bytes);
    Path file = newFile("damaged");
    int refused = 0;
    // How often damage is met depends on where the pages lie: some seeds need more rounds.
    for (int round = 0; round < 300 || (refused <= 10 && round < 3000); round++) {
      byte[] damaged = bytes.clone();
      int page = randomFrom(structure);
      // The head of a page and its first pointers say more than the rest.
      int at = page * 4096 + (rarely() ? randomIntBetween(0, 4095) : randomIntBetween(0, 40));
      damaged[at] ^= (byte) (1 << randomIntBetween(0, 7));
      Files.write(file, damaged);
      try (EnvironmentFile pages = EnvironmentFile.open(file)) {
        for (BlockKey key : pages.keys()) {
          Block block = pages.get(key);
          block.cursor().read(0, (int) block.length());
        }
        pages.countPages();
      } catch (CorruptEnvironmentException e) {
        refused++;
      }
    }
    assertTrue("refused " + refused, refused > 10);
  }

  /** The meta pages, and those that say they are branches or leaves. */
  private static List<Integer> structurePages(byte[] bytes) {
    List<Integer> pages = new ArrayList<>(List.of(0, 1));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int page = 2; page < bytes.length / 4096; page++) {
      int flags = buffer.getShort(page * 4096 + 10);
      if (buffer.getLong(page * 4096) == page && (flags == 1 || flags == 2)) {
        pages.add(page);
      }
    }
    return pages;
  }

  @Test
  public void testForeignFilesAreRefused() throws IOException {
    Path text = Files.writeString(newFile("text"), "no environment".repeat(2000));
    assertThrows(CorruptEnvironmentException.class, () -> EnvironmentFile.open(text));
    Path missing = newFile("missing");
    assertThrows(NoSuchFileException.class, () -> EnvironmentFile.open(missing));
  }

  /** What was opened stays as it was while others write. */
  @Test
  public void testPinsItsMoment() throws Exception {
    Path file = newFile("live");
    Map<BlockKey, byte[]> model = writeSome(file, 3);
    try (EnvironmentFile pages = EnvironmentFile.open(file);
        OtherWriter writer = OtherWriter.start(file)) {
      writer.awaitCommits(30);
      assertBlocks(model, pages);
      pages.countPages();
    }
  }

  /** What is read without a lock may come from two commits: that is no damage yet. */
  @Test
  public void testLooksAgainAtWhatAWriterReplaces() throws Exception {
    Path file = newFile("live");
    try (Environment environment = Environment.open(file)) {
      write(environment, randomBlocks(3));
    }
    // So many that a look at them takes longer than what is done meanwhile.
    long entries = addToMainDatabase(file, 50_000);
    long at =
        MetaPage.read(file).offset() + MetaPage.RECORDS_AT + DatabaseRecord.BYTES + ENTRIES_AT;
    writeLong(file, at, entries + 1);
    assertThrows(CorruptEnvironmentException.class, () -> EnvironmentFile.open(file));
    FutureTask<Boolean> look = new FutureTask<>(() -> EnvironmentFile.isSealed(file));
    Thread looker = new Thread(look);
    looker.start();
    // Once it walks the pages it has read the number of entries that is wrong.
    String walk = PageTree.class.getName();
    while (looker.isAlive() && !isIn(looker, frame -> frame.getClassName().equals(walk))) {
      Thread.onSpinWait();
    }
    writeLong(file, at, entries);
    assertFalse(look.get());
    looker.join();
  }

  private static void writeLong(Path file, long at, long value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(bytes.putLong(value).flip(), at);
    }
  }

  /**
   * Puts entries of an application's where only the names of databases should be.
   *
   * @return how many there are then
   */
  private static long addToMainDatabase(Path file, int count) throws IOException {
    try (Env<MemorySegment> env = Lmdb.open(file, 1 << 30, 1, EnvFlags.MDB_NOSUBDIR);
        Arena arena = Arena.ofConfined();
        Txn<MemorySegment> txn = env.txnWrite()) {
      Dbi<MemorySegment> main = env.openDbi(txn, null, null, false);
      MemorySegment key = arena.allocate(Integer.BYTES);
      for (int i = 0; i < count; i++) {
        key.set(BIG_ENDIAN, 0, i);
        main.put(txn, key, key);
      }
      long entries = main.stat(txn).entries;
      txn.commit();
      return entries;
    }
  }

  @Test
  public void testCompactionKeepsAllBlocks() throws IOException {
    Path file = newFile("live");
    Map<BlockKey, byte[]> model = writeSome(file, 6);
    Path copy = newFile("copy");
    Compaction.copy(file, copy);
    assertThrows(java.io.IOException.class, () -> Compaction.copy(file, copy));
    long before = Files.size(file);
    assertTrue(Files.size(copy) <= before);
    assertEquals(Files.getPosixFilePermissions(file), Files.getPosixFilePermissions(copy));
    Compaction.replace(file);
    assertEquals(-1, Files.mismatch(copy, file));
    List<String> names = new ArrayList<>();
    try (var siblings = Files.list(file.getParent())) {
      siblings.forEach(sibling -> names.add(sibling.getFileName().toString()));
    }
    names.sort(null);
    assertEquals(List.of("live", "live-lock"), names);
    try (Environment environment = Environment.open(file)) {
      try (Snapshot snapshot = environment.read()) {
        assertBlocks(model, snapshot);
      }
      write(environment, Map.of(BlockKey.of(BlockKind.META, 9), new byte[5000]));
      assertThrows(IllegalStateException.class, () -> Compaction.replace(file));
    }
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      assertTrue(pages.find(BlockKey.of(BlockKind.META, 9)).isPresent());
      pages.countPages();
    }
  }
}
