package io.arroy.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/**
 * An index of vectors whose forests are walked through rather than scanned, and what is nearest in
 * it.
 */
abstract class QueryTestCase extends ArroyTestCase {
  static final VectorSimilarityFunction FUNCTION = VectorSimilarityFunction.EUCLIDEAN;

  private Directory directory;
  DirectoryReader reader;
  IndexSearcher searcher;
  final List<float[]> vectors = new ArrayList<>();
  int dimension;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    dimension = TestUtil.nextInt(random(), 2, 12);
    directory = newDirectory();
    ForestParameters parameters =
        ForestParameters.DEFAULT
            .withTrees(TestUtil.nextInt(random(), 1, 3))
            .withLeafSize(TestUtil.nextInt(random(), 5, 40))
            .withForestFrom(0)
            .withDefaultBudget(TestUtil.nextInt(random(), 1, 100));
    IndexWriterConfig config =
        config(randomCodec(parameters), random().nextBoolean())
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setMaxBufferedDocs(10_000)
            .setRAMBufferSizeMB(100);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      int count = TestUtil.nextInt(random(), 1000, 3000);
      boolean sparse = random().nextBoolean();
      for (int i = 0; i < count; i++) {
        vectors.add(randomVector(dimension, FUNCTION));
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
        document.add(new IntField("number", i, Field.Store.NO));
        document.add(new StringField("part", Integer.toString(i % 10), Field.Store.NO));
        document.add(new KnnFloatVectorField("v", vectors.get(i), FUNCTION));
        writer.addDocument(document);
        if (sparse) {
          writer.addDocument(new Document());
        }
        if (random().nextInt(1000) == 0) {
          writer.flush();
        }
      }
      for (int i = 0; i < count; i += 50) {
        writer.deleteDocuments(new Term("id", Integer.toString(i)));
        vectors.set(i, null);
      }
    }
    reader = DirectoryReader.open(directory);
    searcher = new IndexSearcher(reader);
  }

  @Override
  public void tearDown() throws Exception {
    reader.close();
    directory.close();
    super.tearDown();
  }

  int id(int doc) throws IOException {
    return Integer.parseInt(searcher.storedFields().document(doc).get("id"));
  }

  float score(float[] query, int id) {
    return FUNCTION.compare(query, vectors.get(id));
  }

  /** The live documents whose id the filter takes, the nearest first. */
  List<Integer> nearest(float[] query, int part) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < vectors.size(); id++) {
      if (vectors.get(id) != null && (part < 0 || id % 10 == part)) {
        ids.add(id);
      }
    }
    ids.sort((a, b) -> Float.compare(score(query, b), score(query, a)));
    return ids;
  }

  void check(float[] query, ScoreDoc[] hits, int expected) throws IOException {
    assertEquals(expected, hits.length);
    Set<Integer> seen = new HashSet<>();
    float last = Float.POSITIVE_INFINITY;
    for (ScoreDoc hit : hits) {
      assertTrue(seen.add(hit.doc));
      assertEquals(score(query, id(hit.doc)), hit.score, 1e-5);
      assertTrue(hit.score <= last);
      last = hit.score;
    }
  }
}
