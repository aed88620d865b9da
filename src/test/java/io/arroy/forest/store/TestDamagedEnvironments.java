package io.arroy.forest.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.sun.management.ThreadMXBean;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
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
  private static final int OVERFLOW = 4;

  private final Map<BlockKey, byte[]> blocks = new TreeMap<>();
  private Path file;
  private byte[] intact;

  @Before
  public void writeBlocks() throws IOException {
    file = newFile("live");
    for (int i = 0; i < 300; i++) {
      blocks.put(new BlockKey(BlockKind.LEAVES, 0, 0, i), new byte[100]);
    }
    for (int i = 0; i < 5; i++) {
      byte[] large = new byte[randomIntBetween(PAGE, 3 * PAGE)];
      getRandom().nextBytes(large);
      blocks.put(large(i), large);
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

  private static BlockKey large(int number) {
    return new BlockKey(BlockKind.VECTORS, 0, 0, number);
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
    assertNamed("has a value of", LEAF, (file, at) -> file.putInt(firstNode(file, at), 60_000));
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

  /** Enough that pages are taken from the free list; the last large blocks stay as they are. */
  private void writeMore(Environment environment) throws IOException {
    for (int round = 0; round < 3; round++) {
      try (WriteTransaction transaction = environment.write()) {
        for (BlockKey key : blocks.keySet()) {
          if (key.kind() == BlockKind.LEAVES || key.number() == 0) {
            transaction.put(key, MemorySegment.ofArray(new byte[60 + round]));
          }
        }
        transaction.commit();
      }
    }
    try (Snapshot snapshot = environment.read()) {
      for (int i = 1; i < 5; i++) {
        byte[] expected = blocks.get(large(i));
        MemorySegment found = snapshot.get(large(i)).cursor().read(0, expected.length);
        assertEquals(-1, found.mismatch(MemorySegment.ofArray(expected)));
      }
    }
  }

  /** What is wrong in the headers of pages and nodes is refused, or does no harm. */
  @Test
  public void testFlippedBitsOfPagesAndNodes() throws IOException {
    List<Integer> places = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(intact).order(ByteOrder.LITTLE_ENDIAN);
    for (int kind : new int[] {BRANCH, LEAF, OVERFLOW}) {
      for (int at : pages(kind)) {
        for (int place = at + 8; place < at + 16; place++) {
          places.add(place);
        }
        int nodes = kind == LEAF ? (buffer.getShort(at + 12) - 16) / 2 : 0;
        for (int node = 0; node < nodes; node++) {
          int header = at + Short.toUnsignedInt(buffer.getShort(at + 16 + 2 * node));
          places.add(header + 4);
          places.add(header + 5);
        }
      }
    }
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      int place = places.get(randomIntBetween(0, places.size() - 1));
      byte[] bytes = intact.clone();
      bytes[place] ^= (byte) (1 << randomIntBetween(0, 7));
      Files.write(file, bytes);
      try (Environment environment = Environment.open(file)) {
        writeMore(environment);
      } catch (CorruptEnvironmentException e) {
        refused++;
      }
    }
    assertTrue("refused " + refused, refused > 50);
  }

  /** What a tool finds wrong with pages, opening finds. */
  @Test
  public void testOpeningLooksAtOurPages() throws IOException {
    int refused = 0;
    for (int at : pages(LEAF)) {
      Files.write(file, damaged(at, (bytes, page) -> swap(bytes, page + 16, page + 18)));
      try {
        readAll();
      } catch (CorruptEnvironmentException e) {
        assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file));
        assertThrows(
            CorruptEnvironmentException.class,
            () -> Environment.open(file, EnvironmentOptions.READ_ONLY));
        refused++;
      }
    }
    assertTrue("refused " + refused, refused > 0);
  }

  @Test
  public void testPagesInUseAreNotFree() throws IOException {
    int meta = newerMeta(intact);
    byte[] bytes =
        damaged(
            meta,
            (file, at) -> {
              int list = (int) file.getLong(at + FREE_ROOT_AT) * PAGE;
              int pages = firstNode(file, list) + 8 + 8; // after the node's header and key
              assertTrue(file.getLong(pages) > 0);
              file.putLong(pages + 8, file.getLong(at + MAIN_ROOT_AT));
            });
    Files.write(file, bytes);
    for (EnvironmentOptions options :
        List.of(EnvironmentOptions.DEFAULT, EnvironmentOptions.READ_ONLY)) {
      String said =
          assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file, options))
              .getMessage();
      assertTrue(said, said.contains("is used twice"));
    }
  }

  @Test
  public void testValuesShareNoPages() throws IOException {
    int refused = 0;
    ByteBuffer buffer = ByteBuffer.wrap(intact).order(ByteOrder.LITTLE_ENDIAN);
    for (int at : pages(LEAF)) {
      int nodes = (buffer.getShort(at + 12) - 16) / 2;
      List<Integer> pointers = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        int node = at + Short.toUnsignedInt(buffer.getShort(at + 16 + 2 * i));
        if ((buffer.getShort(node + 4) & 1) != 0) {
          pointers.add(node + 8 + buffer.getShort(node + 6));
        }
      }
      if (pointers.size() > 1) {
        Damage damage =
            (file, page) -> file.putLong(pointers.get(0), file.getLong(pointers.get(1)));
        Files.write(file, damaged(at, damage));
        try {
          Environment.open(file, EnvironmentOptions.READ_ONLY).close();
        } catch (CorruptEnvironmentException e) {
          assertTrue(e.getMessage(), e.getMessage().contains("is used twice"));
          refused++;
        }
      }
    }
    assertTrue("never refused", refused > 0);
  }

  @Test
  public void testFlagsOfOurDatabase() throws IOException {
    int refused = 0;
    for (int at : pages(LEAF)) {
      Damage damage =
          (file, page) -> {
            int node = firstNode(file, page);
            int record = node + 8 + file.getShort(node + 6);
            file.putShort(record + 4, (short) 4);
          };
      String said;
      Files.write(file, damaged(at, damage));
      try {
        Environment.open(file).close();
        continue;
      } catch (CorruptEnvironmentException e) {
        said = e.getMessage();
      }
      refused += said.contains("has flags 4") ? 1 : 0;
    }
    assertTrue("never refused", refused > 0);
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

  /** Neither if the last block that they claim is there. */
  @Test
  public void testClaimedBlocksCostNothing() throws IOException {
    IndexDescription description =
        new IndexDescription(0, Distance.EUCLIDEAN, ElementType.FLOAT32, 16_384);
    ItemLayout layout = ItemLayout.slotted(description, Integer.MAX_VALUE, ItemLayout.Order.DENSE);
    ItemsHeader header = new ItemsHeader(description, Integer.MAX_VALUE, 1f, layout);
    Path claiming = newFile("claiming");
    try (Environment environment = Environment.open(claiming)) {
      try (WriteTransaction transaction = environment.write()) {
        header.write(transaction);
        transaction.put(large(layout.vectorBlocks() - 1), MemorySegment.ofArray(new byte[8]));
        transaction.put(
            new BlockKey(BlockKind.LEAF_OF, 0, 0, (int) ((Integer.MAX_VALUE - 1L) >> 2)),
            MemorySegment.ofArray(new byte[8]));
        transaction.commit();
      }
      try (Snapshot snapshot = environment.read()) {
        assertAllocatesLittle(
            () ->
                assertThrows(
                    CorruptEnvironmentException.class, () -> Vectors.open(snapshot, header)));
        BlockKey first = new BlockKey(BlockKind.LEAF_OF, 0, 0, 0);
        assertAllocatesLittle(
            () ->
                assertThrows(
                    CorruptEnvironmentException.class,
                    () -> RecordBlocks.find(snapshot, first, Integer.MAX_VALUE, 4, 2)));
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
}
