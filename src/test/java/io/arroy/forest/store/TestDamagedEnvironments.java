package io.arroy.forest.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.sun.management.ThreadMXBean;
import io.arroy.forest.ForestIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Before;
import org.junit.Test;

/** Each kind of damage in a file is met by the check that is there for it. */
public class TestDamagedEnvironments extends StoreTestCase {
  private static final int PAGE = 4096;
  private static final int MAIN_BRANCHES_AT = 96;
  private static final int MAIN_LEAVES_AT = 104;
  private static final int MAIN_LARGE_AT = 112;
  private static final int MAIN_ENTRIES_AT = 120;
  private static final int MAIN_ROOT_AT = 128;
  private static final int FREE_FLAGS_AT = 44;
  private static final int MAIN_FLAGS_AT = 92;
  private static final int FREE_ROOT_AT = 80;
  private static final int LAST_PAGE_AT = 136;
  private static final int TRANSACTION_AT = 144;
  private static final int BRANCH = 1;
  private static final int LEAF = 2;

  private final Map<BlockKey, byte[]> blocks = new TreeMap<>();
  private Path file;
  private byte[] intact;

  @Before
  public void writeBlocks() throws IOException {
    file = newFile("live");
    for (int i = 0; i < 300; i++) {
      blocks.put(new BlockKey(BlockKind.LEAVES, 0, 0, i), new byte[100]);
    }
    try (Environment environment =
            Environment.open(file, EnvironmentOptions.DEFAULT.withDurable(false));
        WriteTransaction transaction = environment.write()) {
      for (Map.Entry<BlockKey, byte[]> block : blocks.entrySet()) {
        transaction.put(block.getKey(), MemorySegment.ofArray(block.getValue()));
      }
      transaction.commit();
    }
    intact = Files.readAllBytes(file);
    assertEquals(0, intact.length % PAGE);
  }

  /** What is done to a page. */
  private interface Damage {
    void to(ByteBuffer file, int at);
  }

  private static int newerMeta(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return file.getLong(PAGE + TRANSACTION_AT) > file.getLong(TRANSACTION_AT) ? PAGE : 0;
  }

  private byte[] damaged(int at, Damage damage) {
    byte[] bytes = intact.clone();
    damage.to(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), at);
    return bytes;
  }

  private String refusal(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return assertThrows(CorruptEnvironmentException.class, this::readAll).getMessage();
  }

  private void readAll() throws IOException {
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      pages.countPages();
      assertBlocks(blocks, pages);
    }
  }

  /** Pages that say they are of a kind; those that were given back say so still. */
  private List<Integer> pages(int kind) {
    List<Integer> pages = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(intact).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 2 * PAGE; at < intact.length; at += PAGE) {
      if (buffer.getLong(at) == at / PAGE && buffer.getShort(at + 10) == kind) {
        pages.add(at);
      }
    }
    return pages;
  }

  /** One of the pages is in use, and damage to it is called by its name. */
  private void assertNamed(String name, int kind, Damage damage) throws IOException {
    List<String> said = new ArrayList<>();
    for (int at : pages(kind)) {
      Files.write(file, damaged(at, damage));
      try {
        readAll();
      } catch (CorruptEnvironmentException e) {
        said.add(e.getMessage());
      }
    }
    assertTrue(name + " in " + said, said.stream().anyMatch(message -> message.contains(name)));
  }

  private static void swap(ByteBuffer file, int one, int other) {
    short before = file.getShort(one);
    file.putShort(one, file.getShort(other)).putShort(other, before);
  }

  private static int firstNode(ByteBuffer file, int page) {
    return page + Short.toUnsignedInt(file.getShort(page + 16));
  }

  @Test
  public void testPagesAreNotWhatTheyShouldBe() throws IOException {
    Files.write(file, intact);
    readAll();
    assertNamed("keys out of order", LEAF, (file, at) -> swap(file, at + 16, at + 18));
    assertNamed("free space from", LEAF, (file, at) -> file.putShort(at + 14, (short) 0));
    assertNamed("free space from", LEAF, (file, at) -> file.putShort(at + 12, (short) 17));
    assertNamed("has 0 keys", LEAF, (file, at) -> file.putShort(at + 12, (short) 16));
    assertNamed("says it is page", LEAF, (file, at) -> file.putLong(at, 1));
    assertNamed("has node 0 at", LEAF, (file, at) -> file.putShort(at + 16, (short) 20));
    assertNamed(
        "has a key of", LEAF, (file, at) -> file.putShort(firstNode(file, at) + 6, (short) 5000));
    assertNamed("has a value of", LEAF, (file, at) -> file.putInt(firstNode(file, at), 5000));
    assertNamed(
        "is used twice",
        BRANCH,
        (file, at) -> {
          int second = at + Short.toUnsignedInt(file.getShort(at + 18));
          file.putShort(second, file.getShort(firstNode(file, at)));
        });
  }

  @Test
  public void testMetaPagesClaimWhatIsNotThere() throws IOException {
    int meta = newerMeta(intact);
    long last = intact.length / (long) PAGE - 1;
    for (long root : new long[] {0, 1, last + 1, Long.MIN_VALUE}) {
      for (int place : new int[] {FREE_ROOT_AT, MAIN_ROOT_AT}) {
        String said = refusal(damaged(meta, (file, at) -> file.putLong(at + place, root)));
        assertTrue(said, said.contains("root page " + root));
        assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file));
      }
    }
    for (int place : new int[] {MAIN_BRANCHES_AT, MAIN_LEAVES_AT, MAIN_LARGE_AT, MAIN_ENTRIES_AT}) {
      String said = refusal(damaged(meta, (file, at) -> file.putLong(at + place, 7)));
      assertTrue(said, said.contains("recorded is"));
    }
  }

  /** LMDB is given files with such meta pages; what it finds is ours to tell. */
  @Test
  public void testFlippedBitsOfMetaPages() throws IOException {
    int meta = newerMeta(intact);
    int refused = 0;
    for (int bit = 8 * 8; bit < 8 * 152; bit++) {
      int flipped = bit;
      Damage damage =
          (file, at) -> {
            int place = at + flipped / 8;
            file.put(place, (byte) (file.get(place) ^ 1 << flipped % 8));
          };
      Files.write(file, damaged(meta, damage));
      try (Environment environment = Environment.open(file)) {
        writeMore(environment);
      } catch (IOException e) {
        refused++;
      }
    }
    assertTrue("refused " + refused, refused > 100);
  }

  /** Enough that pages are taken from the free list. */
  private void writeMore(Environment environment) throws IOException {
    for (int round = 0; round < 3; round++) {
      try (WriteTransaction transaction = environment.write()) {
        for (BlockKey key : blocks.keySet()) {
          transaction.put(key, MemorySegment.ofArray(new byte[60 + round]));
        }
        transaction.commit();
      }
    }
  }

  @Test
  public void testFlagsOfDatabases() throws IOException {
    int meta = newerMeta(intact);
    for (int place : new int[] {FREE_FLAGS_AT, MAIN_FLAGS_AT}) {
      for (int bit = 0; bit < 16; bit++) {
        int flipped = 1 << bit;
        if (place == MAIN_FLAGS_AT || flipped != 0x4000) {
          Damage damage =
              (file, at) ->
                  file.putShort(at + place, (short) (file.getShort(at + place) ^ flipped));
          String said = refusal(damaged(meta, damage));
          assertTrue(said, said.contains("database flags"));
          assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file));
        }
      }
    }
  }

  /** A number of pages that cannot be makes nothing as large as it. */
  @Test
  public void testClaimedPagesCostNothing() throws IOException {
    int meta = newerMeta(intact);
    Damage damage = (file, at) -> file.putLong(at + LAST_PAGE_AT, 1L << 30);
    byte[] bytes = damaged(meta, damage);
    assertAllocatesLittle(
        () -> assertTrue(refusal(bytes), refusal(bytes).contains("it is cut: " + bytes.length)));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageDescription description =
        TestScratchEnvironment.write(newFile("scratch"), blocks, out, false);
    byte[] sealed = out.toByteArray();
    damage.to(ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN), newerMeta(sealed));
    Path image = Files.write(newFile("sealed"), sealed);
    assertAllocatesLittle(
        () ->
            assertThrows(
                CorruptEnvironmentException.class,
                () -> SealedEnvironment.open(image, description)));
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void assertAllocatesLittle(Action action) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    action.run();
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated + " bytes", allocated < 16 << 20);
  }

  /** Numbers in a header that cannot be make nothing as large as they. */
  @Test
  public void testClaimedItemsCostNothing() throws IOException {
    for (int[] claim : new int[][] {{0, 0}, {2, 18}, {18, 0}, {12, 18}, {30, 30}}) {
      ByteBuffer header = ByteBuffer.allocate(25).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(2).put((byte) 0).put((byte) 0).putInt(64).putInt(1).put((byte) 0).putFloat(1);
      header.putInt(Integer.MAX_VALUE).put((byte) claim[0]).put((byte) claim[1]);
      ByteBuffer forest = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      forest.putInt(2).putInt(1).putInt(0).putInt(48).putLong(1);
      Path claiming = newFile("claiming");
      try (Environment environment = Environment.open(claiming)) {
        try (WriteTransaction transaction = environment.write()) {
          transaction.put(
              new BlockKey(BlockKind.META, 0, 0, 0), MemorySegment.ofArray(header.array()));
          transaction.put(
              new BlockKey(BlockKind.META, 0, 0, 1), MemorySegment.ofArray(forest.array()));
          transaction.commit();
        }
        try (Snapshot snapshot = environment.read()) {
          assertAllocatesLittle(
              () ->
                  assertThrows(
                      CorruptEnvironmentException.class, () -> ForestIndex.open(snapshot, 0)));
        }
      }
    }
  }

  /** A damaged file is not copied. */
  @Test
  public void testNothingDamagedIsCompacted() throws IOException {
    int refused = 0;
    for (int at : pages(LEAF)) {
      byte[] bytes = damaged(at, (file, page) -> swap(file, page + 16, page + 18));
      Files.write(file, bytes);
      try {
        readAll();
      } catch (CorruptEnvironmentException e) {
        assertThrows(CorruptEnvironmentException.class, () -> Compaction.replace(file));
        assertArrayEquals(bytes, Files.readAllBytes(file));
        refused++;
      }
    }
    assertTrue("refused " + refused, refused > 0);
  }

  /** What is committed while a compact copy is made would be lost with it. */
  @Test
  public void testNothingIsReplacedThatHasChanged() throws IOException {
    Files.write(file, intact);
    BlockKey late = new BlockKey(BlockKind.LEAVES, 0, 0, 1000);
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Compaction.replace(
                    file,
                    () -> {
                      try (Environment environment = Environment.open(file);
                          WriteTransaction transaction = environment.write()) {
                        transaction.put(late, MemorySegment.ofArray(new byte[10]));
                        transaction.commit();
                      }
                    }));
    assertTrue(e.getMessage(), e.getMessage().contains("was changed meanwhile"));
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      assertTrue(pages.find(late).isPresent());
    }
  }
}
