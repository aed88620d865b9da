package io.arroy.forest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.Test;

/** The engine alone: indexes in a live environment, from items to hits, in a real file. */
@ThreadLeakFilters(filters = JnrThreads.class)
public class TestLiveIndex extends RandomizedTest {
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(20);

  @Test
  public void twoIndexesAreCommittedTogetherAndFoundAfterReopening() throws IOException {
    Path file = newTempDir().resolve("vectors.mdb");
    IndexDescription words = new IndexDescription(1, Distance.COSINE, ElementType.FLOAT32, 12);
    IndexDescription images = new IndexDescription(65_535, Distance.EUCLIDEAN, ElementType.BYTE, 5);
    float[] word = new float[12];
    byte[] image = new byte[5];
    try (Environment environment = Environment.open(file)) {
      try (WriteTransaction transaction = environment.write()) {
        ItemWriter writer = new ItemWriter(words, transaction);
        for (int i = 0; i < 2000; i++) {
          fill(word, i);
          writer.add(10 * i, word);
        }
        writer.finish();
        ItemWriter second = new ItemWriter(images, transaction);
        for (int i = 0; i < 300; i++) {
          image[0] = (byte) i;
          image[1] = (byte) (i >> 8);
          second.add(i, image);
        }
        second.finish();
        new ForestBuilder(OPTIONS).build(words, transaction, transaction);
        new ForestBuilder(OPTIONS).build(images, transaction, transaction);
        try (Snapshot before = environment.read()) {
          assertThrows(IllegalArgumentException.class, () -> ForestIndex.open(before, 1));
        }
        transaction.commit();
      }
    }
    try (Environment environment = Environment.open(file);
        Snapshot snapshot = environment.read()) {
      ForestIndex index = ForestIndex.open(snapshot, 1);
      assertEquals(words, index.description());
      for (int i = 0; i < 2000; i += 97) {
        fill(word, i);
        TopHits hits = new TopHits();
        index.search(word, SearchOptions.nearest(1).withBudget(300), hits);
        assertEquals(10L * i, index.ids().cursor().id(hits.top(1).get(0).ordinal()));
        assertEquals(1f, hits.top(1).get(0).proximity(), 1e-5f);
      }
      TopHits hits = new TopHits();
      ForestIndex.open(snapshot, 65_535)
          .search(new byte[] {43, 1, 0, 0, 0}, SearchOptions.nearest(1), hits);
      assertEquals(299, hits.top(1).get(0).ordinal());
    }
  }

  @Test
  public void unknownIndexIsNamed() throws IOException {
    try (Environment environment = Environment.open(newTempDir().resolve("vectors.mdb"));
        Snapshot snapshot = environment.read()) {
      for (int index : new int[] {9, -1, 65_536}) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> ForestIndex.open(snapshot, index))
                .getMessage();
        assertTrue(message, message.contains(Integer.toString(index)));
      }
    }
  }

  private static void fill(float[] vector, int seed) {
    java.util.Random random = new java.util.Random(seed);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) random.nextGaussian();
    }
  }
}
