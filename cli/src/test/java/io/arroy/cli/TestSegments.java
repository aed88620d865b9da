package io.arroy.cli;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.ArroyVectorsFormat;
import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.Before;
import org.junit.Test;

/** The commands that only read, on a Lucene index. */
public class TestSegments extends CliTestCase {
  private static final int SEGMENT = 1300;

  private Path folder;
  private float[][] vectors;

  @Before
  public void setUp() throws IOException {
    folder = newTempDir();
    vectors = vectors(2 * SEGMENT, 6);
  }

  /** Two segments, two fields, and every tenth document deleted. */
  private void index(boolean compound) throws IOException {
    index(new ArroyCodec(ForestParameters.DEFAULT.withForestFrom(1000)), compound);
  }

  private void index(Codec codec, boolean compound) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(codec)
            .setUseCompoundFile(compound)
            .setMergePolicy(NoMergePolicy.INSTANCE);
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < vectors.length; i++) {
        Document document = new Document();
        document.add(new StringField("digit", "" + i % 10, Field.Store.NO));
        document.add(
            new KnnFloatVectorField("vector", vectors[i], VectorSimilarityFunction.EUCLIDEAN));
        if (i < SEGMENT) {
          byte[] bytes = {(byte) i, 1, 2};
          document.add(
              new KnnByteVectorField("bytes", bytes, VectorSimilarityFunction.DOT_PRODUCT));
        }
        writer.addDocument(document);
        if (i == SEGMENT - 1) {
          writer.flush();
        }
      }
      writer.commit();
      writer.deleteDocuments(new Term("digit", "3"));
    }
  }

  private List<Integer> lucene(float[] query, int k) throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      List<Integer> documents = new ArrayList<>();
      for (ScoreDoc hit :
          new IndexSearcher(reader)
              .search(new KnnFloatVectorQuery("vector", query, k), k)
              .scoreDocs) {
        documents.add(hit.doc);
      }
      return documents;
    }
  }

  private Path environment() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.lmdbc?"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  public void everyReadingCommandLeavesTheIndexAlone() throws IOException {
    index(randomBoolean());
    Map<String, String> before = listing(folder);
    String stats = ok("stats", folder);
    assertTrue(stats, stats.contains("_0 vector: index 0: euclidean, 6 x float32"));
    assertTrue(stats, stats.contains("_1 vector: index 0: euclidean, 6 x float32"));
    assertTrue(stats, stats.contains("dot_product, 3 x byte"));
    assertTrue(ok("verify", folder).startsWith("ok: 3 indexes, 3,900 items, "));
    assertTrue(ok("verify", environment()).startsWith("ok: 2 indexes, 2,600 items, "));
    String dump = ok("dump", folder, "--segment", "_1");
    assertTrue(dump, dump.startsWith("segment _1 vector\nindex 0: EUCLIDEAN"));
    assertTrue(ok("plot", environment(), "--field", "vector").startsWith("<svg"));
    ok("query", environment(), "--field", "vector", "--item", 5);
    assertEquals(before, listing(folder));
  }

  @Test
  public void queriesFindWhatLuceneFinds() throws IOException {
    index(randomBoolean());
    float[] query = vectors[randomIntBetween(0, vectors.length - 1)];
    String found =
        ok(
            "query",
            folder,
            "--field",
            "vector",
            "--vector",
            Arrays.toString(query),
            "--budget",
            5000,
            "-o",
            "json");
    List<Integer> documents = new ArrayList<>();
    for (String line : found.lines().toList()) {
      int id = Integer.parseInt(line.replaceAll(".*\"id\":(\\d+),.*", "$1"));
      documents.add(id);
      assertTrue(line, line.endsWith("\"segment\":\"" + (id < SEGMENT ? "_0" : "_1") + "\"}"));
      assertNotEquals(3, id % 10);
    }
    try (Directory directory = FSDirectory.open(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(SEGMENT, reader.leaves().get(1).docBase);
    }
    // Both are exact where the budget is larger than a segment, or nearly so.
    List<Integer> lucene = lucene(query, 10);
    long common = documents.stream().filter(lucene::contains).count();
    assertEquals(10, documents.size());
    assertTrue(documents + " " + lucene, common >= 9);
  }

  /** There the environment lies behind a header, or in a compound file. */
  @Test
  public void foreignCodecsAreRead() throws IOException {
    ArroyVectorsFormat format = new ArroyVectorsFormat();
    index(
        new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return format;
          }
        },
        randomBoolean());
    Map<String, String> before = listing(folder);
    assertTrue(ok("verify", folder).startsWith("ok: 3 indexes, 3,900 items, "));
    assertEquals(5, ok("query", folder, "--field", "vector", "--item", 5, "-k", 5).lines().count());
    assertEquals(before, listing(folder));
  }

  @Test
  public void aSegmentsFileAloneIsRead() throws IOException {
    index(false);
    Path copy = newTempDir().resolve("copy.lmdb");
    Files.copy(environment(), copy);
    assertTrue(ok("verify", copy).startsWith("ok: 2 indexes, 2,600 items"));
    assertEquals(
        SEGMENT, ok("query", copy, "--index", 0, "--item", 3, "-k", SEGMENT).lines().count());
    for (Object[] command :
        new Object[][] {
          {"import", copy, fvecs(copy.resolveSibling("a.fvecs"), new float[][] {{1}})},
          {"build", copy},
          {"delete", copy, 1},
          {"create", copy, "-d", "cosine", "-n", 2},
          {"compact", copy, "--replace"}
        }) {
      fails(List.of("is sealed"), command);
    }
    assertEquals(2, listing(copy.getParent()).size());
  }

  @Test
  public void whatIsNotThereIsNamed() throws IOException {
    index(false);
    fails(List.of("no vectors of this format in segment _7"), "stats", folder, "--segment", "_7");
    fails(List.of("in field x"), "query", folder, "--field", "x", "--item", 3);
    fails(List.of("several indexes: _0 vector, _0 bytes, _1 vector"), "plot", folder);
    fails(List.of("_0 vector and _0 bytes; choose"), "query", folder, "--item", 3);
    fails(List.of("is no Lucene index"), "stats", newTempDir());
  }

  @Test
  public void damageIsNamed() throws IOException {
    index(randomBoolean());
    Path environment = environment();
    flip(environment, Files.size(environment) / 2);
    Result result = run("verify", folder);
    assertEquals(result.toString(), 1, result.code());
    assertEquals(result.toString(), 1, result.err().lines().count());
    assertTrue(result.err(), result.err().contains("checksum"));
  }
}
