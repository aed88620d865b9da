package io.arroy.forest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.Database;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentOptions;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.Test;

/**
 * Files that stay in the tests are read as they were written: {@code format-N.mdb.gz} for each
 * version N of the format. A released one is never changed; a new version gets a file of its own.
 *
 * <p>To write the file of the present version: {@code mvn test -pl src -Dtest=TestStoredFormat
 * -Dtest.flags=-Dformat.write=test/resources/io/arroy/forest/format-1.mdb.gz}.
 */
@ThreadLeakFilters(filters = JnrThreads.class)
public class TestStoredFormat extends RandomizedTest {
  private static final int VERSION = 1;
  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(100).withLeafSize(16);

  @Test
  public void testStoredFileIsRead() throws IOException {
    Path file = newTempDir().resolve("stored.mdb");
    String written = System.getProperty("format.write");
    if (written == null) {
      unpack(file);
    } else {
      write(file);
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(written)))) {
        Files.copy(file, out);
      }
    }
    try (Environment environment = Environment.open(file, EnvironmentOptions.READ_ONLY)) {
      verify(environment);
    }
    try (Environment environment = Environment.open(file)) {
      verify(environment);
      try (WriteTransaction transaction = environment.write()) {
        for (int index = 1; index <= 4; index++) {
          IndexUpdater updater = IndexUpdater.open(index, transaction);
          int before = updater.size();
          if (updater.description().elementType() == ElementType.BYTE) {
            updater.append(1 << 30, new byte[updater.description().dimension()]);
          } else {
            updater.append(1 << 30, new float[updater.description().dimension()]);
          }
          updater.build(OPTIONS);
          assertEquals(before + 1, updater.size());
        }
        transaction.commit();
      }
    }
  }

  /** What is written now is what was written then, but for what is computed with floats. */
  @Test
  public void testSameBytesAreWritten() throws IOException {
    Path stored = newTempDir().resolve("stored.mdb");
    Path now = newTempDir().resolve("now.mdb");
    unpack(stored);
    write(now);
    try (Environment before = Environment.open(stored, EnvironmentOptions.READ_ONLY);
        Environment after = Environment.open(now, EnvironmentOptions.READ_ONLY);
        Snapshot expected = before.read();
        Snapshot actual = after.read()) {
      for (int index = 1; index <= 4; index++) {
        for (BlockKind kind : BlockKind.values()) {
          List<BlockKey> keys = expected.keys(kind, index);
          assertEquals(keys, actual.keys(kind, index));
          for (BlockKey key : keys) {
            boolean computed = kind == BlockKind.LEAVES || kind == BlockKind.CENTROIDS;
            if (!computed && kind != BlockKind.NODES && kind != BlockKind.LEAF_OF) {
              assertArrayEquals(key.toString(), bytes(expected, key), bytes(actual, key));
            }
          }
        }
      }
    }
  }

  private static byte[] bytes(Snapshot snapshot, BlockKey key) throws IOException {
    int length = (int) snapshot.get(key).length();
    return snapshot.get(key).cursor().read(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private void unpack(Path file) throws IOException {
    String name = "format-" + VERSION + ".mdb.gz";
    try (InputStream in = new GZIPInputStream(getClass().getResourceAsStream(name))) {
      Files.copy(in, file);
    }
  }

  /** One index of each layout and element, one with changes that are not built, a database. */
  private static void write(Path file) throws IOException {
    try (Environment environment = Environment.open(file)) {
      Database documents = environment.database("documents");
      try (WriteTransaction transaction = environment.write()) {
        IndexDescription packed = new IndexDescription(1, Distance.COSINE, ElementType.FLOAT32, 5);
        ItemWriter writer = new ItemWriter(packed, transaction);
        for (int i = 0; i < 150; i++) {
          writer.add(2 * i, vector(5, 2 * i));
        }
        writer.finish();
        new ForestBuilder(OPTIONS).build(packed, transaction, transaction);
        documents.put(transaction, "key".getBytes(UTF_8), "value".getBytes(UTF_8));
        transaction.commit();
      }
      try (WriteTransaction transaction = environment.write()) {
        put(transaction, new IndexDescription(2, Distance.EUCLIDEAN, ElementType.FLOAT32, 6));
        put(transaction, new IndexDescription(3, Distance.MANHATTAN, ElementType.BYTE, 7));
        put(transaction, new IndexDescription(4, Distance.DOT_PRODUCT, ElementType.BIT, 70));
        transaction.commit();
      }
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.open(2, transaction);
        updater.delete(7);
        updater.put(1000, vector(6, 1000));
        updater.put(2, vector(6, 2));
        updater.build(OPTIONS.withTrees(2));
        updater.put(3, vector(6, 1003));
        updater.delete(4);
        transaction.commit();
      }
    }
  }

  private static void put(WriteTransaction transaction, IndexDescription description)
      throws IOException {
    IndexUpdater updater = IndexUpdater.create(description, transaction);
    for (int id = 0; id < 120; id++) {
      if (description.elementType() == ElementType.BYTE) {
        updater.put(id, bytes(description.dimension(), id));
      } else {
        updater.put(id, vector(description.dimension(), id));
      }
    }
    updater.build(OPTIONS);
  }

  private static float[] vector(int dimension, int seed) {
    Random random = new Random(seed);
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      // So that sums of squares are exact, in whatever order they are added.
      vector[i] = (random.nextInt(32) - 15) / 16f;
    }
    return vector;
  }

  private static byte[] bytes(int dimension, int seed) {
    byte[] vector = new byte[dimension];
    new Random(seed).nextBytes(vector);
    return vector;
  }

  private static void verify(Environment environment) throws IOException {
    Database documents = environment.database("documents");
    try (Snapshot snapshot = environment.read()) {
      byte[] value = documents.get(snapshot, "key".getBytes(UTF_8)).orElseThrow();
      assertEquals("value", new String(value, UTF_8));
      verify(ForestIndex.open(snapshot, 1), 150, 1);
      verify(ForestIndex.openBuilt(snapshot, 2), 120, 2);
      verify(ForestIndex.open(snapshot, 3), 120, 1);
      verify(ForestIndex.open(snapshot, 4), 120, 1);
      assertEquals(120, snapshot.keys(BlockKind.CHANGES, 2).size() + 118);
    }
  }

  private static void verify(ForestIndex index, int size, int trees) throws IOException {
    assertEquals(size, index.size());
    assertEquals(trees, index.forest().trees());
    int dimension = index.dimension();
    Ids.Cursor ids = index.ids().cursor();
    int foundByCode = 0;
    for (int rank = 0; rank < size; rank++) {
      int ordinal = ids.ordinal(rank);
      int id = ids.id(ordinal);
      assertEquals(ordinal, ids.find(id));
      // Only the best by code are scored exactly.
      SearchOptions one = SearchOptions.nearest(1).withBudget(size - 1);
      List<Neighbor> near;
      if (index.description().elementType() == ElementType.BYTE) {
        byte[] vector = new byte[dimension];
        index.vectors().cursor().get(ordinal, vector);
        assertArrayEquals(bytes(dimension, id), vector);
        near = index.nearest(vector, one);
      } else {
        float[] vector = new float[dimension];
        index.vectors().cursor().get(ordinal, vector);
        float[] expected = vector(dimension, id);
        if (index.description().elementType() == ElementType.BIT) {
          for (int i = 0; i < dimension; i++) {
            expected[i] = expected[i] < 0 ? -1 : 1;
          }
        }
        assertArrayEquals(expected, vector, 0);
        near = index.nearest(vector, one);
      }
      foundByCode += near.getFirst().id() == id ? 1 : 0;
    }
    assertTrue(foundByCode + " of " + size, foundByCode >= .95 * size);
    assertTrue(ids.find(1) < 0 || index.description().index() > 1);
  }
}
