package io.arroy.forest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildMonitor;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;
import org.roaringbitmap.RoaringBitmap;

/** {@link IndexUpdater} against a map that does the same. */
public class TestIndexUpdater extends UpdaterTestCase {
  @Test
  public void testRandomChanges() throws IOException {
    Random random = getRandom();
    int dimension = 1 + random.nextInt(20);
    List<IndexDescription> indexes = List.of(floats(7, dimension), floats(65_535, dimension + 3));
    List<TreeMap<Integer, float[]>> pending = List.of(new TreeMap<>(), new TreeMap<>());
    List<TreeMap<Integer, float[]>> built =
        new ArrayList<>(List.of(new TreeMap<>(), new TreeMap<>()));
    int most = random.nextBoolean() ? 600 : Integer.MAX_VALUE;
    try (Environment environment = Environment.open(file())) {
      for (int round = 0; round < 12; round++) {
        boolean commits = random.nextInt(4) > 0;
        List<TreeMap<Integer, float[]>> models = new ArrayList<>();
        pending.forEach(model -> models.add(new TreeMap<>(model)));
        List<TreeMap<Integer, float[]>> modelsBuilt = new ArrayList<>(built);
        try (WriteTransaction transaction = environment.write()) {
          for (int i = 0; i < indexes.size(); i++) {
            IndexUpdater updater = IndexUpdater.create(indexes.get(i), transaction);
            for (int builds = random.nextInt(3); builds >= 0; builds--) {
              change(random, updater, models.get(i), most);
              assertHolds(updater, models.get(i));
              if (random.nextInt(3) == 0) {
                updater.place(OPTIONS, 1 << (20 + random.nextInt(3)));
                assertHolds(updater, models.get(i));
                assertSearchable(transaction, indexes.get(i).index(), modelsBuilt.get(i));
              }
              if (random.nextBoolean()) {
                updater.build(OPTIONS.withTrees(1 + random.nextInt(2)));
                assertFalse(updater.hasChanges());
                modelsBuilt.set(i, new TreeMap<>(models.get(i)));
                assertHolds(updater, models.get(i));
                assertSearchable(transaction, indexes.get(i).index(), models.get(i));
              }
            }
          }
          if (commits) {
            transaction.commit();
            for (int i = 0; i < indexes.size(); i++) {
              pending.get(i).clear();
              pending.get(i).putAll(models.get(i));
              built.set(i, modelsBuilt.get(i));
            }
          }
        }
        if (commits || round > 0) {
          try (Snapshot snapshot = environment.read()) {
            for (int i = 0; i < indexes.size(); i++) {
              if (!snapshot.keys(BlockKind.META, indexes.get(i).index()).isEmpty()) {
                assertSearchable(snapshot, indexes.get(i).index(), built.get(i));
              }
            }
          }
        }
      }
    }
  }

  private static void change(
      Random random, IndexUpdater updater, Map<Integer, float[]> model, int most)
      throws IOException {
    if (random.nextInt(15) == 0) {
      updater.clear();
      model.clear();
    }
    boolean few = random.nextBoolean();
    for (int i = few ? 10 : 500; i > 0; i--) {
      int id = random.nextInt(most);
      if (random.nextInt(4) > 0) {
        float[] vector = vector(random, updater.description().dimension());
        updater.put(id, vector);
        model.put(id, vector);
      } else {
        assertEquals(model.remove(id) != null, updater.delete(id));
      }
    }
  }

  private static void assertHolds(IndexUpdater updater, SortedMap<Integer, float[]> model)
      throws IOException {
    List<Integer> ids = new ArrayList<>();
    updater.forEachId(ids::add);
    assertEquals(new ArrayList<>(model.keySet()), ids);
    assertEquals(model.size(), updater.size());
    for (Map.Entry<Integer, float[]> item : model.entrySet()) {
      assertTrue(updater.contains(item.getKey()));
      assertArrayEquals(item.getValue(), updater.floats(item.getKey()).orElseThrow(), 0);
    }
  }

  @Test
  public void testPendingChangesAreTold() throws IOException {
    try (Environment environment = Environment.open(file())) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(3, 2), transaction);
        updater.put(5, new float[] {1, 2});
        transaction.commit();
      }
      try (Snapshot snapshot = environment.read()) {
        assertEquals(0, ForestIndex.openBuilt(snapshot, 3).size());
        UnbuiltChangesException e =
            assertThrows(UnbuiltChangesException.class, () -> ForestIndex.open(snapshot, 3));
        assertTrue(e.getMessage(), e.getMessage().contains("index 3 has changes"));
      }
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater.open(3, transaction).build(OPTIONS);
        transaction.commit();
      }
      try (Snapshot snapshot = environment.read()) {
        assertEquals(1, ForestIndex.open(snapshot, 3).size());
      }
    }
  }

  /** Reading single items makes nothing outside the heap, which is freed late. */
  @Test
  public void testReadingItemsCostsNoDirectMemory() throws IOException {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findAny()
            .orElseThrow();
    try (Environment environment = Environment.open(file());
        WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.create(floats(3, 1024), transaction);
      for (int id = 0; id < 500; id++) {
        updater.put(id, vector(getRandom(), 1024));
      }
      long before = direct.getTotalCapacity();
      for (int i = 0; i < 5000; i++) {
        assertTrue(updater.floats(i % 500).isPresent());
      }
      long more = direct.getTotalCapacity() - before;
      assertTrue(more + " bytes", more < 4 << 20);
    }
  }

  @Test
  public void testBadInputChangesNothing() throws IOException {
    try (Environment environment = Environment.open(file());
        WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.create(floats(3, 2), transaction);
      for (Action bad :
          List.<Action>of(
              () -> updater.put(-1, new float[2]),
              () -> updater.put(1, new float[3]),
              () -> updater.put(1, new byte[2]),
              () -> updater.put(1, new float[] {0, Float.NaN}),
              () -> IndexUpdater.create(floats(3, 4), transaction),
              () -> IndexUpdater.open(4, transaction))) {
        assertThrows(IllegalArgumentException.class, bad::run);
      }
      assertFalse(updater.hasChanges());
      assertFalse(updater.contains(-1));
      assertFalse(updater.delete(9));
      assertTrue(IndexUpdater.drop(3, transaction));
      assertFalse(IndexUpdater.drop(3, transaction));
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  /** What was put and taken back is no change to wait for. */
  @Test
  public void testTakenBackBeforeTheBuild() throws IOException {
    Random random = getRandom();
    try (Environment environment = Environment.open(file())) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(1, 4), transaction);
        updater.put(1, vector(random, 4));
        updater.build(OPTIONS);
        updater.put(2, vector(random, 4));
        assertTrue(updater.delete(2));
        if (random.nextBoolean()) {
          updater.build(OPTIONS);
          assertFalse(updater.hasChanges());
        }
        transaction.commit();
      }
      IndexUpdater.build(environment, 1, OPTIONS, IndexUpdater.MIN_MEMORY_BYTES);
      try (Snapshot snapshot = environment.read()) {
        assertEquals(1, ForestIndex.open(snapshot, 1).size());
      }
    }
  }

  /** Ends a build that asks once more than so often. */
  private static BuildMonitor cancellingAfter(int allowed) {
    return new BuildMonitor() {
      private int checks;

      @Override
      public synchronized void check() throws IOException {
        if (checks++ == allowed) {
          throw new IOException("cancelled");
        }
      }
    };
  }

  /** Not even where another index was built after it. */
  @Test
  public void testCancelledBuildBesideAnotherCannotBeCommitted() throws IOException {
    Random random = getRandom();
    try (Environment environment = Environment.open(file());
        WriteTransaction transaction = environment.write()) {
      IndexUpdater cancelled = IndexUpdater.create(floats(1, 4), transaction);
      IndexUpdater other = IndexUpdater.create(floats(2, 4), transaction);
      for (int id = 0; id < 200; id++) {
        cancelled.put(id, vector(random, 4));
        other.put(id, vector(random, 4));
      }
      BuildMonitor monitor = cancellingAfter(0);
      assertThrows(IOException.class, () -> cancelled.build(OPTIONS.withMonitor(monitor)));
      other.build(OPTIONS);
      IllegalStateException e = assertThrows(IllegalStateException.class, transaction::commit);
      assertTrue(e.getMessage(), e.getMessage().contains("index 1 was not finished"));
    }
  }

  @Test
  public void testCancelledBuildCannotBeCommitted() throws IOException {
    Random random = getRandom();
    try (Environment environment = Environment.open(file())) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(floats(1, 4), transaction);
        for (int id = 0; id < 3000; id++) {
          updater.put(id, vector(random, 4));
        }
        transaction.commit();
      }
      BuildMonitor monitor = cancellingAfter(random.nextInt(8));
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.open(1, transaction);
        IOException e =
            assertThrows(IOException.class, () -> updater.build(OPTIONS.withMonitor(monitor)));
        assertEquals("cancelled", e.getMessage());
        assertThrows(IllegalStateException.class, transaction::commit);
      }
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.open(1, transaction);
        assertEquals(3000, updater.size());
        assertTrue(updater.hasChanges());
        updater.build(OPTIONS);
        transaction.commit();
      }
    }
  }

  @Test
  public void testNearest() throws IOException {
    Random random = getRandom();
    try (Environment environment = Environment.open(file());
        WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.create(floats(1, 6), transaction);
      TreeMap<Integer, float[]> model = new TreeMap<>();
      for (int i = 0; i < 700; i++) {
        int id = random.nextInt(100_000);
        float[] vector = vector(random, 6);
        updater.put(id, vector);
        model.put(id, vector);
      }
      updater.build(OPTIONS);
      ForestIndex index = ForestIndex.open(transaction, 1);
      SearchOptions all = SearchOptions.nearest(10).withBudget(Integer.MAX_VALUE);
      float[] query = vector(random, 6);
      assertNearest(model, query, index.nearest(query, all));

      int some = model.ceilingKey(random.nextInt(model.lastKey()));
      List<Neighbor> near = index.nearestToItem(some, all);
      assertNearest(model, model.get(some), near);
      assertEquals(0, near.getFirst().distance(), 0);
      assertThrows(IllegalArgumentException.class, () -> index.nearestToItem(100_001, all));

      TreeMap<Integer, float[]> even = new TreeMap<>(model);
      even.keySet().removeIf(id -> id % 2 == 1);
      SearchOptions filtered =
          index.accepting(all, IntStream.range(0, 100_000).filter(id -> id % 2 == 0).iterator());
      assertNearest(even, query, index.nearest(query, filtered));
      RoaringBitmap bitmap = new RoaringBitmap();
      IntStream.range(0, 100_000).filter(id -> id % 2 == 0).forEach(bitmap::add);
      bitmap.add(-1);
      assertNearest(even, query, index.nearest(query, index.acceptingIds(all, bitmap)));
      assertTrue(
          index.nearest(query, index.acceptingIds(all, RoaringBitmap.bitmapOf(-5))).isEmpty());
      FixedBitSet ordinals = new FixedBitSet(index.size());
      for (int ordinal = 0; ordinal < index.size(); ordinal++) {
        if (index.ids().cursor().id(ordinal) % 2 == 0) {
          ordinals.set(ordinal);
        }
      }
      Bits bits = randomBoolean() ? ordinals : ordinals.asReadOnlyBits();
      assertNearest(even, query, index.nearest(query, index.acceptingOrdinals(all, bits)));
      SearchOptions none = index.accepting(all, IntStream.of(100_000).iterator());
      assertTrue(index.nearest(query, none).isEmpty());
      PrimitiveIterator.OfInt twice = IntStream.of(3, 3).iterator();
      assertThrows(IllegalArgumentException.class, () -> index.accepting(all, twice));
      SearchOptions more = SearchOptions.nearest(Integer.MAX_VALUE);
      assertEquals(model.size(), index.nearest(query, more).size());
      updater.clear();
      updater.build(OPTIONS);
      assertTrue(ForestIndex.open(transaction, 1).nearest(query, all).isEmpty());
    }
  }

  @Test
  public void testSignsAlone() throws IOException {
    IndexDescription description = new IndexDescription(1, Distance.MANHATTAN, ElementType.BIT, 70);
    try (Environment environment = Environment.open(file());
        WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.create(description, transaction);
      float[] vector = vector(getRandom(), 70);
      float[] signs = new float[70];
      for (int i = 0; i < 70; i++) {
        signs[i] = vector[i] < 0 ? -1 : 1;
      }
      updater.put(3, vector);
      assertThrows(IllegalArgumentException.class, () -> updater.put(4, new byte[70]));
      assertArrayEquals(signs, updater.floats(3).orElseThrow(), 0);
      vector[7] = -vector[7];
      updater.put(5, vector);
      updater.build(OPTIONS);
      assertArrayEquals(signs, updater.floats(3).orElseThrow(), 0);
      ForestIndex index = ForestIndex.open(transaction, 1);
      assertEquals(70, index.dimension());
      List<Neighbor> found = index.nearest(vector, SearchOptions.nearest(2));
      assertEquals(List.of(new Neighbor(5, 0), new Neighbor(3, 2)), found);
      assertEquals(found, index.nearestToItem(5, SearchOptions.nearest(2)));
    }
  }

  @Test
  public void testAppendWantsLargestId() throws IOException {
    try (Environment environment = Environment.open(file());
        WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.create(floats(1, 1), transaction);
      TreeMap<Integer, float[]> model = new TreeMap<>();
      int last = -1;
      for (int i = 0; i < 40; i++) {
        switch (randomIntBetween(0, 4)) {
          case 0 -> updater.build(OPTIONS);
          case 1 -> {
            int id = randomIntBetween(0, last + 3);
            last = Math.max(last, id);
            updater.put(id, new float[] {i});
            model.put(id, new float[] {i});
          }
          default -> {
            int low = randomIntBetween(0, last + 1);
            if (low <= last) {
              IllegalArgumentException e =
                  assertThrows(
                      IllegalArgumentException.class, () -> updater.append(low, new float[1]));
              assertTrue(e.getMessage(), e.getMessage().contains("not above all others"));
            }
            last += randomIntBetween(1, 3);
            updater.append(last, new float[] {i});
            model.put(last, new float[] {i});
          }
        }
        assertHolds(updater, model);
      }
    }
  }

  private static void assertNearest(
      SortedMap<Integer, float[]> model, float[] query, List<Neighbor> found) {
    List<Float> expected =
        model.values().stream()
            .map(v -> Distance.EUCLIDEAN.fromProximity(Distance.EUCLIDEAN.proximity(query, v)))
            .sorted()
            .limit(10)
            .toList();
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < found.size(); i++) {
      assertEquals(expected.get(i), found.get(i).distance(), 1e-4f);
      float[] vector = model.get(found.get(i).id());
      float proximity = Distance.EUCLIDEAN.proximity(query, vector);
      assertEquals(Distance.EUCLIDEAN.fromProximity(proximity), found.get(i).distance(), 1e-4f);
    }
  }
}
