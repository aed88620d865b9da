package io.arroy.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/** Every way to a score gives the same, and what Lucene defines it to be. */
public class TestScores extends ArroyTestCase {
  private static final class Vectors {
    final List<float[]> floats = new ArrayList<>();
    final List<byte[]> bytes = new ArrayList<>();
  }

  public void testAllSimilarities() throws IOException {
    for (VectorSimilarityFunction function : VectorSimilarityFunction.values()) {
      check(function, false);
    }
  }

  public void testManhattan() throws IOException {
    check(VectorSimilarityFunction.EUCLIDEAN, true);
  }

  public void testManhattanIsForEuclideanFieldsOnly() throws IOException {
    ForestParameters parameters = ForestParameters.DEFAULT.withManhattan(true);
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, newIndexWriterConfig().setCodec(ourCodec(parameters)))) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField("c", new float[] {1, 0}, VectorSimilarityFunction.COSINE));
        document.add(
            new KnnFloatVectorField("e", new float[] {1, 0}, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        float[] query = {0, 2};
        assertEquals(
            0.5f, searcher.search(new KnnFloatVectorQuery("c", query, 1), 1).scoreDocs[0].score, 0);
        assertEquals(
            0.25f,
            searcher.search(new KnnFloatVectorQuery("e", query, 1), 1).scoreDocs[0].score,
            0);
      }
    }
  }

  public void testVectorThatTurnedNonFiniteIsRefusedAlone() throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(
              directory, newIndexWriterConfig().setCodec(ourCodec(ForestParameters.DEFAULT)))) {
        float[] vector = {1, 2};
        Document good = new Document();
        good.add(new KnnFloatVectorField("v", new float[] {3, 4}));
        Document bad = new Document();
        bad.add(new KnnFloatVectorField("v", vector));
        writer.addDocument(good);
        vector[1] = Float.NaN;
        String message =
            expectThrows(IllegalArgumentException.class, () -> writer.addDocument(bad))
                .getMessage();
        assertTrue(message, message.contains("field \"v\" of document 1 holds NaN at position 1"));
        assertTrue(writer.isOpen());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1, reader.numDocs());
      }
    }
  }

  private static void check(VectorSimilarityFunction function, boolean manhattan)
      throws IOException {
    ForestParameters parameters = randomParameters().withManhattan(manhattan);
    int dimension = TestUtil.nextInt(random(), 1, 100);
    Vectors vectors = new Vectors();
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, config(randomCodec(parameters), random().nextBoolean()))) {
        int count = TestUtil.nextInt(random(), 1, 400);
        boolean sparse = random().nextBoolean();
        for (int i = 0; i < count; i++) {
          if (sparse) {
            writer.addDocument(new Document());
          }
          Document document = new Document();
          vectors.floats.add(randomVector(dimension, function));
          vectors.bytes.add(randomBytes(dimension));
          document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
          document.add(new StringField("half", Integer.toString(i % 2), Field.Store.NO));
          document.add(new KnnFloatVectorField("f", vectors.floats.get(i), function));
          document.add(new KnnByteVectorField("b", vectors.bytes.get(i), function));
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        float[] query = randomVector(dimension, function);
        byte[] bytes = randomBytes(dimension);
        for (LeafReaderContext context : reader.leaves()) {
          checkLeaf(context.reader(), vectors, query, bytes, function, manhattan);
        }
        checkQueries(reader, vectors, query, bytes, function, manhattan);
      }
    }
  }

  private static void checkLeaf(
      LeafReader leaf,
      Vectors vectors,
      float[] query,
      byte[] bytes,
      VectorSimilarityFunction function,
      boolean manhattan)
      throws IOException {
    FloatVectorValues floatValues = leaf.getFloatVectorValues("f");
    ByteVectorValues byteValues = leaf.getByteVectorValues("b");
    if (floatValues == null) {
      return;
    }
    for (boolean bulk : new boolean[] {false, true}) {
      float[] floatScores = scores(floatValues.scorer(query), leaf.maxDoc(), bulk);
      float[] byteScores = scores(byteValues.scorer(bytes), leaf.maxDoc(), bulk);
      KnnVectorValues.DocIndexIterator docs = leaf.getFloatVectorValues("f").iterator();
      while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        int id = id(leaf, docs.docID());
        assertArrayEquals(vectors.floats.get(id), floatValues.vectorValue(docs.index()), 0);
        assertArrayEquals(vectors.bytes.get(id), byteValues.vectorValue(docs.index()));
        assertScore(
            expected(query, vectors.floats.get(id), function, manhattan),
            floatScores[docs.docID()]);
        assertScore(
            expected(bytes, vectors.bytes.get(id), function, manhattan), byteScores[docs.docID()]);
      }
    }
  }

  private static float[] scores(VectorScorer scorer, int maxDoc, boolean bulk) throws IOException {
    float[] scores = new float[maxDoc];
    if (bulk) {
      VectorScorer.Bulk all =
          scorer.bulk(random().nextBoolean() ? null : DocIdSetIterator.all(maxDoc));
      DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
      for (all.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
          buffer.size > 0;
          all.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer)) {
        for (int i = 0; i < buffer.size; i++) {
          scores[buffer.docs[i]] = buffer.features[i];
        }
      }
    } else {
      DocIdSetIterator docs = scorer.iterator();
      while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        scores[docs.docID()] = scorer.score();
      }
    }
    return scores;
  }

  private static void checkQueries(
      DirectoryReader reader,
      Vectors vectors,
      float[] query,
      byte[] bytes,
      VectorSimilarityFunction function,
      boolean manhattan)
      throws IOException {
    IndexSearcher searcher = newSearcher(reader);
    int count = vectors.floats.size();
    for (Query filter : new Query[] {null, new TermQuery(new Term("half", "0"))}) {
      int accepted = filter == null ? count : (count + 1) / 2;
      int k = TestUtil.nextInt(random(), 1, count + 10);
      TopDocs floats = searcher.search(new KnnFloatVectorQuery("f", query, k, filter), count + 10);
      TopDocs found = searcher.search(new KnnByteVectorQuery("b", bytes, k, filter), count + 10);
      assertEquals(Math.min(k, accepted), floats.scoreDocs.length);
      assertEquals(Math.min(k, accepted), found.scoreDocs.length);
      for (ScoreDoc hit : floats.scoreDocs) {
        int id = Integer.parseInt(searcher.storedFields().document(hit.doc).get("id"));
        assertScore(expected(query, vectors.floats.get(id), function, manhattan), hit.score);
        assertTrue(filter == null || id % 2 == 0);
      }
      for (ScoreDoc hit : found.scoreDocs) {
        int id = Integer.parseInt(searcher.storedFields().document(hit.doc).get("id"));
        assertScore(expected(bytes, vectors.bytes.get(id), function, manhattan), hit.score);
        assertTrue(filter == null || id % 2 == 0);
      }
    }
  }

  private static float expected(
      float[] a, float[] b, VectorSimilarityFunction function, boolean manhattan) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((double) a[i] - b[i]);
    }
    return manhattan ? (float) (1 / (1 + sum)) : function.compare(a, b);
  }

  private static float expected(
      byte[] a, byte[] b, VectorSimilarityFunction function, boolean manhattan) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return manhattan ? (float) (1 / (1 + sum)) : function.compare(a, b);
  }

  private static void assertScore(float expected, float actual) {
    assertEquals(expected, actual, 2e-5f * Math.max(1, expected));
  }

  private static int id(LeafReader leaf, int doc) throws IOException {
    return Integer.parseInt(leaf.storedFields().document(doc).get("id"));
  }
}
