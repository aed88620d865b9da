package io.arroy.benchmarks.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.arroy.cli.vectors.MalformedDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.Test;

/** Whole folders, and what is wrong with some of them. */
public class TestDatasetFolder extends DataTestCase {

  private static final byte[] META =
      text("{\"count\": 3, \"dim\": 2, \"similarity\": \"dot product (unit vectors)\"}");

  private Path described() throws IOException {
    Path folder = newTempDir();
    write(folder, "base.meta.json", META);
    write(folder, "base.f16", halves(1, 0, 0, 1, .6f, .8f));
    write(folder, "queries.f32", floats(0, 1));
    return folder;
  }

  private static void assertMalformed(String problem, Path folder) {
    MalformedDataException e =
        assertThrows(MalformedDataException.class, () -> DatasetFolder.open(folder, 0, null));
    assertTrue(e.getMessage(), e.getMessage().contains(problem));
  }

  @Test
  public void describedFolder() throws IOException {
    Path folder = described();
    write(folder, "queries.jsonl", text("{\"query\": 0, \"kind\": \"question\"}\n"));
    Dataset data = DatasetFolder.open(folder, 0, null);
    assertEquals(3, data.base().size());
    assertEquals(2, data.base().dimension());
    assertEquals(24, data.rawBytes());
    assertEquals(VectorSimilarityFunction.DOT_PRODUCT, data.similarity());
    assertEquals(List.of("question"), data.kinds());
    assertNull(data.truth());
  }

  @Test
  public void truthIsComputedOnceForALimitedBase() throws IOException {
    Path folder = described();
    write(folder, "groundtruth.ivecs", ints(2, 1, 2));
    Dataset data = DatasetFolder.open(folder, 0, null);
    Path cache = newTempDir();
    assertArrayEquals(new int[] {1, 2}, new TruthCache(cache).of(data).nearest(0, 9));
    Dataset limited = data.limit(1);
    assertEquals(1, limited.base().size());
    assertArrayEquals(new int[] {0}, new TruthCache(cache).of(limited).nearest(0, 9));
    Neighbors cached =
        new TruthCache(cache)
            .cached(
                onlyFile(cache),
                () -> {
                  throw new AssertionError("should not be computed again");
                });
    assertArrayEquals(new int[] {0}, cached.nearest(0, 9));
  }

  private static String onlyFile(Path folder) throws IOException {
    try (var files = java.nio.file.Files.newDirectoryStream(folder)) {
      return files.iterator().next().getFileName().toString();
    }
  }

  @Test
  public void bareRowsTakeTheirLengthFromTheTruth() throws IOException {
    Path folder = newTempDir();
    write(folder, "base.u8.gz", gzip(bytes(1, 2, 3, 4, 5, 6)));
    write(folder, "queries.u8.gz", gzip(bytes(1, 2)));
    assertMalformed("--dim", folder);
    write(folder, "groundtruth.ivecs", ints(1, 0));
    Dataset data = DatasetFolder.open(folder, 0, null);
    assertEquals(2, data.base().dimension());
    assertEquals(VectorSimilarityFunction.EUCLIDEAN, data.similarity());
  }

  @Test
  public void prefixedNames() throws IOException {
    Path folder = newTempDir();
    write(folder, "sift_base.fvecs", ints(2), floats(1, 2));
    write(folder, "sift_query.fvecs", ints(2), floats(1, 2));
    write(folder, "sift_learn.fvecs", ints(3), floats(1, 2, 3));
    assertEquals(2, DatasetFolder.open(folder, 0, null).base().dimension());
  }

  @Test
  public void malformedFolders() throws IOException {
    assertMalformed("has no base", newTempDir());
    assertMalformed("is not a folder", newTempDir().resolve("missing"));

    Path wrongCount = described();
    write(wrongCount, "base.f16", halves(1, 0));
    assertMalformed("base.meta.json says 3", wrongCount);

    Path notJson = described();
    write(notJson, "base.meta.json", text("{"));
    assertMalformed("is not JSON", notJson);

    Path unknownSimilarity = described();
    write(unknownSimilarity, "base.meta.json", text("{\"dim\": 2, \"similarity\": \"hamming\"}"));
    assertMalformed("hamming", unknownSimilarity);

    Path strangeNeighbor = described();
    write(strangeNeighbor, "groundtruth.ivecs", ints(1, 3));
    assertMalformed("neighbour 3", strangeNeighbor);

    Path tooMuchTruth = described();
    write(tooMuchTruth, "groundtruth.ivecs", ints(1, 0, 1, 0));
    assertMalformed("neighbours of 2", tooMuchTruth);

    Path kinds = described();
    write(kinds, "queries.jsonl", text("{}\n{}\n"));
    assertMalformed("2 lines for 1", kinds);

    Path dimensions = described();
    write(dimensions, "queries.fvecs", ints(3), floats(1, 2, 3));
    java.nio.file.Files.delete(dimensions.resolve("queries.f32"));
    assertMalformed("base has dimension 2", dimensions);
  }
}
