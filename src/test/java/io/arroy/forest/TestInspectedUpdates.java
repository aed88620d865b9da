package io.arroy.forest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.inspect.IndexStatistics;
import io.arroy.forest.inspect.TextDump;
import io.arroy.forest.inspect.Validation;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.Compaction;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Database;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentFile;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.store.PageCounts;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** What {@link IndexUpdater} leaves in free and reused slots, seen by {@code inspect}. */
@ThreadLeakFilters(filters = JnrThreads.class)
public class TestInspectedUpdates extends RandomizedTest {
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(50).withLeafSize(8).withTrees(2);

  private static void put(IndexUpdater updater, Random random, int id) throws IOException {
    int dimension = updater.description().dimension();
    if (updater.description().elementType() == ElementType.BYTE) {
      byte[] vector = new byte[dimension];
      random.nextBytes(vector);
      updater.put(id, vector);
      return;
    }
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    updater.put(id, vector);
  }

  private static void change(IndexUpdater updater, Random random, int changes) throws IOException {
    for (int i = 0; i < changes; i++) {
      int id = random.nextInt(900);
      if (random.nextInt(3) == 0) {
        updater.delete(id);
      } else {
        put(updater, random, id);
      }
    }
  }

  private static String dump(BlockCatalog source, int index) throws IOException {
    StringBuilder text = new StringBuilder();
    TextDump.write(source, index, TextDump.Options.DEFAULT, text);
    return text.toString();
  }

  /** Rounds of changes, some built, some placed for the next build; each is sound and dumped. */
  @Test
  public void testEveryRoundIsSound() throws IOException {
    Random random = getRandom();
    IndexDescription description =
        new IndexDescription(
            3,
            randomFrom(Distance.values()),
            randomFrom(ElementType.values()),
            1 + random.nextInt(150));
    try (Environment environment = Environment.open(newTempDir().resolve("live"))) {
      for (int round = 0; round < 20; round++) {
        boolean built = random.nextInt(3) > 0;
        boolean placed = !built && random.nextBoolean();
        try (WriteTransaction transaction = environment.write()) {
          IndexUpdater updater = IndexUpdater.create(description, transaction);
          change(updater, random, round == 0 ? 700 : random.nextInt(200));
          if (built) {
            updater.build(OPTIONS);
          } else if (placed) {
            updater.place(OPTIONS, IndexUpdater.MIN_MEMORY_BYTES);
          }
          transaction.commit();
        }
        try (Snapshot snapshot = environment.read()) {
          Validation.Checked checked = Validation.environment(snapshot);
          assertEquals(snapshot.keys().size(), checked.blocks());
          ItemsHeader items = ItemsHeader.read(snapshot, 3);
          assertEquals(items.count(), checked.items());
          IndexStatistics statistics = IndexStatistics.of(snapshot, 3);
          assertEquals(items.count(), statistics.items().count());
          String text = dump(snapshot, 3);
          long free = text.lines().filter(line -> line.endsWith(": free")).count();
          assertEquals(items.layout().slots() - items.count(), free);
          long changes = text.lines().filter(line -> line.matches("  (put|delete) .*")).count();
          assertEquals(statistics.changes(), changes);
        }
      }
    }
  }

  /** A leaf that keeps its centroid and its size may hold another item, which needs its code. */
  @Test
  public void testAReplacedItemOfALeafGetsItsCode() throws IOException {
    IndexDescription description =
        new IndexDescription(3, Distance.EUCLIDEAN, ElementType.FLOAT32, 16);
    BuildOptions options = OPTIONS.withForestFrom(0).withLeafSize(2000);
    try (Environment environment = Environment.open(newTempDir().resolve("live"))) {
      for (int round = 0; round < 20; round++) {
        try (WriteTransaction transaction = environment.write()) {
          IndexUpdater updater = IndexUpdater.create(description, transaction);
          for (int id = round == 0 ? 0 : 300 + round; id < 300 + round + 1; id++) {
            updater.put(id, UpdaterTestCase.vector(getRandom(), 16));
          }
          updater.delete(round);
          updater.build(options);
          transaction.commit();
        }
        try (Snapshot snapshot = environment.read()) {
          Validation.environment(snapshot);
        }
      }
    }
  }

  /** An index of bits with bits that no element has. */
  @Test
  public void testStrayBits() throws IOException {
    IndexDescription description =
        new IndexDescription(0, Distance.COSINE, ElementType.BIT, 1 + randomIntBetween(0, 62));
    HeapBlocks blocks = updated(description);
    Validation.environment(blocks);
    MemorySegment vectors = bytes(blocks, BlockKind.VECTORS, 0);
    int slot = firstSlot(blocks, false);
    vectors.set(Layouts.LONG, 8L * slot, vectors.get(Layouts.LONG, 8L * slot) | 1L << 63);
    assertNamed(blocks, "vector of ordinal " + slot + " has bits past");
  }

  /** Blocks of an index with free slots among its first. */
  private HeapBlocks updated(IndexDescription description) throws IOException {
    Random random = getRandom();
    HeapBlocks blocks = new HeapBlocks();
    try (Environment environment = Environment.open(newTempDir().resolve("live"))) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(description, transaction);
        for (int id = 0; id < 300; id++) {
          put(updater, random, 2 * id);
        }
        updater.build(OPTIONS);
        for (int id = 10; id < 80; id++) {
          updater.delete(2 * id);
        }
        updater.build(OPTIONS);
        for (int id = 10; id < 40; id++) {
          put(updater, random, 2 * id + 1);
        }
        updater.build(OPTIONS);
        transaction.commit();
      }
      try (Snapshot snapshot = environment.read()) {
        for (BlockKey key : snapshot.keys()) {
          Block block = snapshot.get(key);
          blocks.put(key, block.cursor().read(0, (int) block.length()));
        }
      }
    }
    return blocks;
  }

  private static MemorySegment bytes(HeapBlocks blocks, BlockKind kind, int tree) {
    return MemorySegment.ofArray(blocks.blocks().get(new BlockKey(kind, 0, tree, 0)));
  }

  private static int firstSlot(HeapBlocks blocks, boolean free) throws IOException {
    Ids ids = Ids.open(blocks, ItemsHeader.read(blocks, 0));
    Ids.Cursor cursor = ids.cursor();
    int slot = 0;
    while ((cursor.id(slot) == Ids.NONE) != free) {
      slot++;
    }
    return slot;
  }

  private static void assertNamed(BlockCatalog blocks, String part) {
    String message =
        assertThrows(CorruptEnvironmentException.class, () -> Validation.environment(blocks))
            .getMessage();
    assertTrue(message, message.contains(part));
  }

  @Test
  public void testDamagedSlotsAreNamed() throws IOException {
    IndexDescription description =
        new IndexDescription(0, Distance.EUCLIDEAN, ElementType.FLOAT32, 9);
    HeapBlocks blocks = updated(description);
    Validation.environment(blocks);
    int free = firstSlot(blocks, true);
    int used = firstSlot(blocks, false);

    MemorySegment leafOf = bytes(blocks, BlockKind.LEAF_OF, 1);
    assertEquals(-1, leafOf.get(Layouts.INT, 4L * free));
    leafOf.set(Layouts.INT, 4L * free, 0);
    assertNamed(blocks, "ordinal " + free + " is in leaf 0, it is in leaf -1");
    leafOf.set(Layouts.INT, 4L * free, -1);

    MemorySegment order = bytes(blocks, BlockKind.ORDER, 0);
    int first = order.get(Layouts.INT, 0);
    int second = order.get(Layouts.INT, 4);
    order.set(Layouts.INT, 4, first);
    assertNamed(blocks, "after id");
    order.set(Layouts.INT, 4, free);
    assertNamed(blocks, "ordinal " + free + " has id -1 after id");
    order.set(Layouts.INT, 4, 1 << 20);
    assertNamed(blocks, "rank 1 has ordinal " + (1 << 20));
    order.set(Layouts.INT, 4, second);

    MemorySegment ids = bytes(blocks, BlockKind.IDS, 0);
    ids.set(Layouts.INT, 4L * free, 5);
    assertNamed(blocks, "ordinals have an id");
    ids.set(Layouts.INT, 4L * free, -2);
    assertNamed(blocks, "ordinal " + free + " has id -2");
    ids.set(Layouts.INT, 4L * free, -1);

    MemorySegment leaves =
        MemorySegment.ofArray(
            blocks
                .blocks()
                .get(
                    blocks.keys().stream()
                        .filter(key -> key.kind() == BlockKind.LEAVES)
                        .findFirst()
                        .orElseThrow()));
    int item = leaves.get(Layouts.INT, 0);
    leaves.set(Layouts.INT, 0, free);
    assertNamed(blocks, "holds ordinal " + free + ", which has no item");
    leaves.set(Layouts.INT, 0, item);

    // Vectors of free slots mean nothing; a limit may be more than what the longest now has.
    MemorySegment vectors = bytes(blocks, BlockKind.VECTORS, 0);
    vectors.set(Layouts.FLOAT, 36L * free, Float.NaN);
    MemorySegment header = bytes(blocks, BlockKind.META, 0);
    float limit = header.get(Layouts.FLOAT, 15);
    header.set(Layouts.FLOAT, 15, 2 * limit);
    Validation.environment(blocks);
    header.set(Layouts.FLOAT, 15, limit / 2);
    assertNamed(blocks, "largest squared length");
    header.set(Layouts.FLOAT, 15, limit);
    vectors.set(Layouts.FLOAT, 36L * used, Float.NaN);
    assertNamed(blocks, "vector of ordinal " + used + " holds NaN");
  }

  @Test
  public void testPlacedChanges() throws IOException {
    HeapBlocks blocks =
        updated(new IndexDescription(0, Distance.EUCLIDEAN, ElementType.FLOAT32, 9));
    int free = firstSlot(blocks, true);
    int used = firstSlot(blocks, false);
    ItemsHeader items = ItemsHeader.read(blocks, 0);
    blocks.blocks().put(new BlockKey(BlockKind.META, 0, 0, 2), new byte[] {1});
    BlockKey one = new BlockKey(BlockKind.CHANGES, 0, 0, 7);
    BlockKey other = new BlockKey(BlockKind.CHANGES, 0, 0, 9);
    blocks.blocks().put(one, UpdaterTestCase.placed(free));
    Validation.environment(blocks);
    assertTrue(dump(blocks, 0).contains("  put 7 in slot " + free + " ["));
    blocks.blocks().put(other, UpdaterTestCase.placed(free));
    assertNamed(blocks, "has slot " + free + ", as has");
    blocks.blocks().put(other, UpdaterTestCase.placed(used));
    assertNamed(blocks, "has slot " + used + ", in which item");
    blocks.blocks().put(other, UpdaterTestCase.placed(-3));
    assertNamed(blocks, "has slot -3");
    int perBlock = items.layout().vectorsPerBlock();
    blocks.blocks().put(other, UpdaterTestCase.placed(perBlock + 1));
    assertNamed(blocks, "missing block");
    BlockKey ahead = new BlockKey(BlockKind.VECTORS, 0, 0, 1);
    blocks.blocks().put(ahead, new byte[36]);
    assertNamed(blocks, "has slot " + (perBlock + 1) + ", beyond");
    blocks.blocks().put(ahead, new byte[72]);
    Validation.environment(blocks);
    blocks.blocks().put(ahead, new byte[73]);
    assertNamed(blocks, "73 bytes long");
    blocks.blocks().put(ahead, new byte[72]);
    blocks.blocks().keySet().removeAll(List.of(one, other));
    blocks.blocks().remove(new BlockKey(BlockKind.META, 0, 0, 2));
    assertNamed(blocks, "left-over block " + ahead);
  }

  /** The application's databases are no blocks; they are walked, copied and kept. */
  @Test
  public void testDatabasesOfTheApplication() throws IOException {
    Path file = newTempDir().resolve("live");
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    byte[] large = new byte[20_000];
    getRandom().nextBytes(large);
    try (Environment environment = Environment.open(file)) {
      Database documents = environment.database("documents");
      environment.database("format");
      environment.database("zebra");
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater =
            IndexUpdater.create(
                new IndexDescription(0, Distance.COSINE, ElementType.FLOAT32, 4), transaction);
        change(updater, getRandom(), 200);
        updater.build(OPTIONS);
        documents.put(transaction, key, large);
        transaction.commit();
      }
    }
    assertSound(file);
    Path copy = file.resolveSibling("copy");
    Compaction.copy(file, copy);
    assertSound(copy);
    Compaction.replace(file);
    for (Path path : new Path[] {file, copy}) {
      assertSound(path);
      try (Environment environment = Environment.open(path)) {
        Database documents = environment.database("documents");
        try (Snapshot snapshot = environment.read()) {
          assertArrayEquals(large, documents.get(snapshot, key).orElseThrow());
        }
      }
    }
  }

  private static void assertSound(Path file) throws IOException {
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      assertFalse(pages.sealed());
      assertEquals(1, Validation.environment(pages).indexes());
      PageCounts counts = pages.countPages();
      assertEquals(counts.toString(), 0, counts.lost());
    }
  }
}
