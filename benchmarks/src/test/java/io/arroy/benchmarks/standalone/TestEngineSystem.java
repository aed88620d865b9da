package io.arroy.benchmarks.standalone;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.benchmarks.NativeLibraryThreads;
import io.arroy.benchmarks.data.BruteForce;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.filter.FilterCase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** The engine under measurement, and the files through which others get the same work. */
@ThreadLeakFilters(filters = NativeLibraryThreads.class)
public class TestEngineSystem extends RandomizedTest {

  private static final int ITEMS = 1500;
  private static final int DIMENSION = 24;
  private static final int QUERIES = 5;

  /** Lets every third item through, from another first one for each query. */
  private static final FilterCase THIRDS =
      new FilterCase() {
        @Override
        public double pass() {
          return .33;
        }

        @Override
        public String correlation() {
          return "0";
        }

        @Override
        public String name() {
          return null;
        }

        @Override
        public FixedBitSet rows(int query) {
          FixedBitSet rows = new FixedBitSet(ITEMS);
          for (int row = query % 3; row < ITEMS; row += 3) {
            rows.set(row);
          }
          return rows;
        }

        @Override
        public Neighbors truth() {
          throw new UnsupportedOperationException();
        }
      };

  private Workload work() {
    int threads = randomIntBetween(1, 3);
    return new Workload(
        vectors(ITEMS),
        vectors(QUERIES),
        randomBoolean(),
        new int[] {3, 700, 1499},
        vectors(3),
        List.of(THIRDS),
        QUERIES,
        threads);
  }

  private float[][] vectors(int count) {
    float[][] rows = new float[count][DIMENSION];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) getRandom().nextGaussian();
      }
    }
    return rows;
  }

  private static SearchRequest everything(String filter) {
    return new SearchRequest(10, Integer.toString(ITEMS), filter, 1, QUERIES - 1);
  }

  @Test
  public void testBuildSearchUpdate() throws IOException {
    Workload work = work();
    VectorSimilarityFunction similarity =
        work.cosine() ? VectorSimilarityFunction.COSINE : VectorSimilarityFunction.EUCLIDEAN;
    try (EngineSystem engine = new EngineSystem(work, newTempDir())) {
      BuiltIndex built = engine.build();
      assertTrue(built.compactedBytes() > (long) ITEMS * DIMENSION * Float.BYTES);
      assertTrue(built.compactedBytes() <= built.bytes());
      Answers filtered = engine.search(everything(Workload.name(THIRDS)));
      Neighbors wanted =
          new BruteForce(
                  new Workload(work.items(), null, true, new int[0], null, List.of(), 0, 1)
                      .updatedItems(),
                  work.queries(),
                  similarity)
              .nearest(10, List.of((query, row) -> row % 3 == query % 3))
              .get(0);
      assertEquals(QUERIES - 1, filtered.hits().size());
      for (int i = 0; i < QUERIES - 1; i++) {
        assertArrayEquals(wanted.nearest(i + 1, 10), filtered.hits().get(i));
        assertTrue(filtered.micros()[i] > 0);
      }
      engine.build();
      engine.update();
      Answers updated = engine.search(everything(null));
      Neighbors after = new BruteForce(work.updatedItems(), work.queries(), similarity).nearest(10);
      for (int i = 0; i < QUERIES - 1; i++) {
        assertArrayEquals(after.nearest(i + 1, 10), updated.hits().get(i));
      }
    }
  }

  @Test
  public void testFilesOfOthers() throws IOException {
    Workload work = work();
    Path folder = newTempDir();
    WorkFolder.write(work, folder);
    assertTrue(
        Files.readAllLines(folder.resolve("task"))
            .containsAll(
                List.of(
                    "distance=" + (work.cosine() ? "cosine" : "euclidean"),
                    "dimension=" + DIMENSION,
                    "threads=" + work.threads())));
    ByteBuffer items = read(folder, "items.f32");
    assertEquals((long) ITEMS * DIMENSION * Float.BYTES, items.remaining());
    assertEquals(work.items()[700][5], items.getFloat((700 * DIMENSION + 5) * Float.BYTES), 0);
    assertEquals(work.queries()[4][23], read(folder, "queries.f32").getFloat(119 * Float.BYTES), 0);
    assertEquals(work.replacements()[2][0], read(folder, "replacements.f32").getFloat(192), 0);
    assertEquals(1499, read(folder, "changed.i32").getInt(8));
    ByteBuffer bits = read(folder, Workload.name(THIRDS));
    int bytes = (ITEMS + 63) / 64 * 8;
    assertEquals((long) QUERIES * bytes, bits.remaining());
    for (int query = 0; query < QUERIES; query++) {
      for (int row = 0; row < ITEMS; row++) {
        int bit = (bits.get(query * bytes + row / 8) >> (row % 8)) & 1;
        assertEquals(row % 3 == query % 3 ? 1 : 0, bit);
      }
    }
  }

  private static ByteBuffer read(Path folder, String name) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
  }
}
