package io.arroy.lucene;

import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/**
 * Searches for all above a threshold where those are many more than the first round of such a
 * search asks for, in so many dimensions that it cannot meet them by chance.
 */
public class TestThresholds extends ArroyTestCase {
  private static final int COUNT = 4000;

  public void testManyHits() throws IOException {
    VectorSimilarityFunction function = randomSimilarity();
    int dimension = TestUtil.nextInt(random(), 24, 64);
    ForestParameters parameters =
        ForestParameters.DEFAULT.withForestFrom(0).withDefaultBudget(random().nextInt(2) * 100);
    float[][] vectors = new float[COUNT][];
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer =
          new IndexWriter(directory, config(randomCodec(parameters), random().nextBoolean()))) {
        for (int i = 0; i < COUNT; i++) {
          vectors[i] = randomVector(dimension, function);
          Document document = new Document();
          document.add(new StringField("half", Integer.toString(i % 2), Field.Store.NO));
          document.add(new KnnFloatVectorField("v", vectors[i], function));
          writer.addDocument(document);
        }
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (int wanted : new int[] {300, 1200}) {
          check(reader, vectors, randomVector(dimension, function), function, wanted);
        }
      }
    }
  }

  private static void check(
      DirectoryReader reader,
      float[][] vectors,
      float[] query,
      VectorSimilarityFunction function,
      int wanted)
      throws IOException {
    for (int step = 1; step <= 2; step++) { // of every document, then of every second
      float[] scores = new float[COUNT / step];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = function.compare(query, vectors[i * step]);
      }
      Arrays.sort(scores);
      float threshold = scores[scores.length - wanted];
      Query filter = step == 1 ? null : new TermQuery(new Term("half", "0"));
      TopDocs top =
          new IndexSearcher(reader)
              .search(new FloatVectorSimilarityQuery("v", query, threshold, filter), COUNT);
      for (ScoreDoc hit : top.scoreDocs) {
        assertTrue(hit.score >= threshold - 1e-5f);
      }
      int found = top.scoreDocs.length;
      String what = function + ", " + found + " of " + wanted + ", step " + step;
      assertTrue(what, found <= wanted + 2 && found >= wanted * .9);
    }
  }
}
