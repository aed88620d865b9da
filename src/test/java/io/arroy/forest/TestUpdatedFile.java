package io.arroy.forest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.Test;

/** What becomes of the file and its blocks as {@link IndexUpdater} changes an index. */
public class TestUpdatedFile extends UpdaterTestCase {
  /** Ids strewn over all there are take no more room than ids in a row. */
  @Test
  public void testFileGrowsWithItemsNotWithIds() throws IOException {
    long[] bytes = new long[2];
    for (int sparse = 0; sparse < 2; sparse++) {
      Random random = new Random(7);
      Path file = file();
      try (Environment environment = Environment.open(file);
          WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(0, 16), transaction);
        for (int i = 0; i < 3000; i++) {
          updater.put(sparse == 0 ? i : i * 715_827, vector(random, 16));
        }
        updater.build(OPTIONS);
        transaction.commit();
      }
      bytes[sparse] = Files.size(file);
    }
    // An id of its own for each item, and their order: eight bytes an item, and some pages.
    assertTrue(bytes[1] + " and " + bytes[0], bytes[1] <= bytes[0] + 3000 * 8 + (1 << 16));
  }

  /** A little is changed many times over: freed pages are used again. */
  @Test
  public void testFileStopsGrowing() throws IOException {
    Random random = getRandom();
    Path file = file();
    try (Environment environment = Environment.open(file)) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(1, 16), transaction);
        for (int id = 0; id < 2000; id++) {
          updater.put(id, vector(random, 16));
        }
        updater.build(OPTIONS);
        transaction.commit();
      }
      long early = 0;
      for (int round = 0; round < 60; round++) {
        try (WriteTransaction transaction = environment.write()) {
          IndexUpdater updater = IndexUpdater.open(1, transaction);
          for (int i = 0; i < 20; i++) {
            updater.put(random.nextInt(2000), vector(random, 16));
          }
          updater.build(OPTIONS);
          transaction.commit();
        }
        if (round == 20) {
          early = Files.size(file);
        }
      }
      assertTrue(early + " then " + Files.size(file), Files.size(file) <= early * 1.5);
    }
  }

  /** One item put: most blocks stay where they are in the file. */
  @Test
  public void testSmallChangeTouchesLittle() throws IOException {
    Random random = getRandom();
    int count = 8000;
    BuildOptions options = OPTIONS.withLeafSize(2);
    Map<BlockKind, Integer> moved = new EnumMap<>(BlockKind.class);
    Map<BlockKind, Integer> all = new EnumMap<>(BlockKind.class);
    try (Environment environment = Environment.open(file())) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(1, 512), transaction);
        for (int id = 0; id < count; id++) {
          updater.put(id, vector(random, 512));
        }
        updater.build(options);
        transaction.commit();
      }
      for (int round = 0; round < 3; round++) {
        Map<BlockKey, Long> before = places(environment);
        try (WriteTransaction transaction = environment.write()) {
          IndexUpdater updater = IndexUpdater.open(1, transaction);
          updater.put(random.nextInt(2 * count), vector(random, 512));
          updater.build(options);
          transaction.commit();
        }
        Map<BlockKey, Long> after = places(environment);
        after.forEach(
            (key, place) -> {
              all.merge(key.kind(), 1, Integer::sum);
              moved.merge(key.kind(), place.equals(before.get(key)) ? 0 : 1, Integer::sum);
            });
      }
    }
    // An item goes, one comes, and a divided leaf's items choose anew.
    assertTrue(moved + " of " + all, moved.get(BlockKind.VECTORS) <= 6);
    for (BlockKind kind : List.of(BlockKind.VECTORS, BlockKind.CENTROIDS, BlockKind.LEAVES)) {
      assertTrue(moved + " of " + all, moved.get(kind) >= 1);
      assertTrue(moved + " of " + all, all.get(kind) >= 24);
      assertTrue(moved + " of " + all, moved.get(kind) <= .75 * all.get(kind));
    }
  }

  private static Map<BlockKey, Long> places(Environment environment) throws IOException {
    Map<BlockKey, Long> places = new TreeMap<>();
    try (Snapshot snapshot = environment.read()) {
      for (BlockKind kind : BlockKind.values()) {
        for (BlockKey key : snapshot.keys(kind, 1)) {
          places.put(key, snapshot.get(key).cursor().read(0, 1).address());
        }
      }
    }
    return places;
  }

  /** Blocks that stay as they were are not written again, and none is left over. */
  @Test
  public void testUnchangedBlocksStay() throws IOException {
    Random random = getRandom();
    try (Environment environment = Environment.open(file())) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(1, 8), transaction);
        for (int id = 0; id < 900; id++) {
          updater.put(id * 3, vector(random, 8));
        }
        updater.build(OPTIONS.withTrees(2));
        transaction.commit();
      }
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.open(1, transaction);
        updater.build(OPTIONS.withTrees(2));
        updater.clear();
        updater.build(OPTIONS);
        for (BlockKind kind : BlockKind.values()) {
          int expected = kind == BlockKind.META ? 2 : 0;
          assertEquals(kind.toString(), expected, transaction.keys(kind, 1).size());
        }
        updater.put(4, vector(random, 8));
        updater.build(OPTIONS);
        assertEquals(1, ForestIndex.open(transaction, 1).size());
        transaction.commit();
      }
    }
  }
}
