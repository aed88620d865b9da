package io.arroy.lucene;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
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

/** Deleted documents are left out like what a filter leaves out, and cost no recall. */
public class TestDeletes extends ArroyTestCase {
  private static final VectorSimilarityFunction FUNCTION = VectorSimilarityFunction.EUCLIDEAN;
  private static final int COUNT = 30_000;
  private static final int DIMENSION = 32;
  private static final int K = 100;
  private static final int QUERIES = 20;

  private final float[][] vectors = new float[COUNT][];
  private final boolean[] deleted = new boolean[COUNT];

  /** Four of ten, anywhere. */
  public void testAnywhere() throws IOException {
    assertFound(false);
  }

  /** The six of ten that are nearest to what is asked. */
  public void testNear() throws IOException {
    assertFound(true);
  }

  private void assertFound(boolean near) throws IOException {
    float[][] topics = new float[8][];
    for (int i = 0; i < topics.length; i++) {
      topics[i] = gaussian(new float[DIMENSION], 1);
    }
    for (int i = 0; i < COUNT; i++) {
      vectors[i] = gaussian(topics[random().nextInt(topics.length)], .5f);
    }
    float[] center = gaussian(topics[0], .5f);
    float[][] centers = new float[QUERIES][];
    for (int i = 0; i < QUERIES; i++) {
      centers[i] = near ? center : vectors[random().nextInt(COUNT)];
    }
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory)) {
      add(writer);
      delete(writer, center, near);
      try (DirectoryReader fresh = DirectoryReader.open(writer)) {
        assertFound(fresh, centers);
      }
      writer.commit();
      try (DirectoryReader committed = DirectoryReader.open(directory)) {
        assertFound(committed, centers);
      }
    }
  }

  private static IndexWriter writer(Directory directory) throws IOException {
    ForestParameters parameters = ForestParameters.DEFAULT.withCalibrateFrom(COUNT);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(new ArroyCodec(parameters))
            .setMergePolicy(NoMergePolicy.INSTANCE);
    return new IndexWriter(directory, config.setRAMBufferSizeMB(100));
  }

  private void add(IndexWriter writer) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      Document document = new Document();
      document.add(new KnnFloatVectorField("v", vectors[i], FUNCTION));
      document.add(new StringField("id", Integer.toString(i), Field.Store.NO));
      writer.addDocument(document);
    }
    writer.commit();
  }

  private void delete(IndexWriter writer, float[] center, boolean near) throws IOException {
    Integer[] byNearness = byNearness(center);
    for (int i = 0; i < COUNT; i++) {
      if (near ? i < .6 * COUNT : random().nextFloat() < .4) {
        deleted[byNearness[i]] = true;
        writer.deleteDocuments(new Term("id", byNearness[i].toString()));
      }
    }
  }

  private void assertFound(DirectoryReader reader, float[][] centers) throws IOException {
    assertEquals(1, reader.leaves().size());
    IndexSearcher searcher = new IndexSearcher(reader);
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
      float[] query = gaussian(centers[i], .02f);
      Set<Integer> nearest = new HashSet<>();
      for (Integer doc : byNearness(query)) {
        if (!deleted[doc] && nearest.size() < K) {
          nearest.add(doc);
        }
      }
      ScoreDoc[] hits = searcher.search(new KnnFloatVectorQuery("v", query, K), K).scoreDocs;
      assertEquals(K, hits.length);
      for (ScoreDoc hit : hits) {
        assertFalse(deleted[hit.doc]);
        found += nearest.contains(hit.doc) ? 1 : 0;
      }
    }
    assertTrue(found + " of " + QUERIES * K, found >= .9 * QUERIES * K);
  }

  private Integer[] byNearness(float[] query) {
    float[] scores = new float[COUNT];
    Integer[] order = new Integer[COUNT];
    for (int i = 0; i < COUNT; i++) {
      scores[i] = FUNCTION.compare(query, vectors[i]);
      order[i] = i;
    }
    Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i]));
    return order;
  }

  private static float[] gaussian(float[] center, float spread) {
    float[] vector = center.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += spread * (float) random().nextGaussian();
    }
    return vector;
  }
}
