package io.arroy.benchmarks.data;

import static org.junit.Assert.assertArrayEquals;

import io.arroy.cli.vectors.VectorFiles;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.Test;

/** Exact neighbours against a full sort, for any number of threads. */
public class TestBruteForce extends DataTestCase {

  private static int[] sorted(
      VectorSource base, float[] query, VectorSimilarityFunction similarity, int k, int remainder) {
    float[][] rows = base.toArrays();
    return IntStream.range(0, rows.length)
        .filter(row -> row % 3 != remainder)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(
                    row -> -Scores.precise(similarity, query, rows[row]))
                .thenComparing(Comparator.naturalOrder()))
        .limit(k)
        .mapToInt(row -> row)
        .toArray();
  }

  @Test
  public void agreesWithSorting() throws IOException {
    Path folder = newTempDir();
    VectorSource base = randomVectors(folder, randomIntBetween(1, 5000), randomIntBetween(1, 40));
    float[][] queries = randomVectors(folder, 7, base.dimension()).toArrays();
    VectorSimilarityFunction similarity = randomFrom(VectorSimilarityFunction.values());
    int k = randomIntBetween(1, 30);
    RowFilter everyThirdOut = (query, row) -> row % 3 != query % 3;
    for (int threads : new int[] {1, 3}) {
      List<Neighbors> found =
          new BruteForce(base, queries, similarity, threads)
              .nearest(k, List.of(RowFilter.ALL, everyThirdOut));
      for (int query = 0; query < queries.length; query++) {
        assertArrayEquals(
            sorted(base, queries[query], similarity, k, -1), found.get(0).nearest(query, k));
        assertArrayEquals(
            sorted(base, queries[query], similarity, k, query % 3), found.get(1).nearest(query, k));
      }
    }
  }

  @Test
  public void equalVectorsComeInRowOrder() throws IOException {
    float[] same = new float[200];
    java.util.Arrays.fill(same, .5f);
    VectorSource base = VectorFiles.open(write(newTempDir(), "a.f32", floats(same)), "f32", 2);
    Neighbors found =
        new BruteForce(base, new float[][] {{1, 1}}, VectorSimilarityFunction.DOT_PRODUCT, 2)
            .nearest(3);
    assertArrayEquals(new int[] {0, 1, 2}, found.nearest(0, 3));
  }
}
