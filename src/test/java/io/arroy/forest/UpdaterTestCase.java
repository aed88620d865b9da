package io.arroy.forest;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;

/** What tests of {@link IndexUpdater} share. */
@ThreadLeakFilters(filters = JnrThreads.class)
abstract class UpdaterTestCase extends RandomizedTest {
  static final BuildOptions OPTIONS = BuildOptions.DEFAULT.withForestFrom(50).withLeafSize(8);

  static IndexDescription floats(int index, int dimension) {
    return new IndexDescription(index, Distance.EUCLIDEAN, ElementType.FLOAT32, dimension);
  }

  Path file() throws IOException {
    return newTempDir().resolve("index.mdb");
  }

  static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian() + random.nextInt(3) * 4;
    }
    return vector;
  }

  /** What was built last holds these items, and its trees hold each of them once. */
  static void assertSearchable(BlockSource source, int index, SortedMap<Integer, float[]> model)
      throws IOException {
    ForestIndex opened = ForestIndex.openBuilt(source, index);
    assertEquals(model.size(), opened.size());
    int rank = 0;
    Ids.Cursor ids = opened.ids().cursor();
    for (Map.Entry<Integer, float[]> item : model.entrySet()) {
      int ordinal = ids.ordinal(rank++);
      assertEquals((int) item.getKey(), ids.id(ordinal));
      assertEquals(ordinal, ids.find(item.getKey()));
      assertArrayEquals(
          item.getValue(), opened.vectors().cursor().get(ordinal).toArray(Layouts.FLOAT), 0);
    }
    assertFalse(model.containsKey(-1) || ids.find(-1) >= 0);
    for (int k : new int[] {Integer.MAX_VALUE, model.size() - 1}) {
      if (k > 0) {
        SearchOptions options = SearchOptions.nearest(k).withBudget(k);
        float[] query = new float[opened.dimension()];
        List<Neighbor> found = opened.nearest(query, options);
        assertEquals(Math.min(k, model.size()), found.size());
        assertEquals(found.size(), found.stream().map(Neighbor::id).distinct().count());
        assertTrue(found.stream().allMatch(neighbor -> model.containsKey(neighbor.id())));
      }
    }
  }

  /** Builds in one of three ways. */
  static void takeIn(IndexUpdater updater, int way) throws IOException {
    switch (way) {
      case 0 -> updater.build(OPTIONS);
      case 1 -> updater.rebuild(OPTIONS);
      default -> updater.place(OPTIONS, IndexUpdater.MIN_MEMORY_BYTES);
    }
  }

  /** What is stored of a change whose vector lies in a slot. */
  static byte[] placed(int slot) {
    byte[] change = new byte[5];
    change[0] = 2;
    MemorySegment.ofArray(change).set(Layouts.INT, 1, slot);
    return change;
  }
}
