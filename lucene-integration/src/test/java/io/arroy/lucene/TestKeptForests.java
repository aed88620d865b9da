package io.arroy.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.VectorUtil;

/** What makes a merge build a forest anew, and what is taken over with one that is kept. */
public class TestKeptForests extends ArroyTestCase {
  private static final int DIMENSION = 64;
  private static final int COUNT = 2000;
  private static final int ADDED = 50;
  private static final ForestParameters PARAMETERS =
      ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(16).withCalibrateFrom(100);

  private final MergeLog log = new MergeLog();
  private int nextId;

  private IndexWriter writer(Directory directory, ForestParameters parameters) throws IOException {
    Codec codec = ourCodec(parameters);
    IndexWriterConfig config =
        config(codec, false)
            .setInfoStream(log)
            .setMergeScheduler(new SerialMergeScheduler())
            .setMergePolicy(new TieredMergePolicy().setSegmentsPerTier(50))
            .setMaxBufferedDocs(10_000)
            .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
    return new IndexWriter(directory, config);
  }

  private void add(IndexWriter writer, int count, float length, VectorSimilarityFunction function)
      throws IOException {
    for (int i = 0; i < count; i++) {
      float[] vector = randomVector(DIMENSION, VectorSimilarityFunction.DOT_PRODUCT);
      VectorUtil.l2normalize(vector);
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] *= length;
      }
      Document document = new Document();
      document.add(new StringField("id", Integer.toString(nextId++), Field.Store.NO));
      document.add(new KnnFloatVectorField("v", vector, function));
      writer.addDocument(document);
    }
    writer.commit();
  }

  /** Whether a merge of all segments builds anew. */
  private boolean builds(IndexWriter writer) throws IOException {
    log.phases.clear();
    writer.forceMerge(1);
    boolean builds = log.phases.contains("build");
    assertEquals(log.phases.toString(), !builds, log.phases.contains("update"));
    return builds;
  }

  /** Under inner product the longest vector is in the points of all. */
  public void testTheLongestIsDeleted() throws IOException {
    VectorSimilarityFunction function = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory, PARAMETERS)) {
      add(writer, COUNT, 1, function);
      add(writer, 1, 1.2f, function);
      assertTrue(builds(writer));
      writer.deleteDocuments(new Term("id", Integer.toString(nextId - 1)));
      writer.commit();
      assertFalse(builds(writer));
      // Far longer than any there is, it was in the way of all others.
      add(writer, 1, 5, function);
      assertTrue(builds(writer));
      writer.deleteDocuments(new Term("id", Integer.toString(nextId - 1)));
      writer.commit();
      assertTrue(builds(writer));
    }
  }

  /** Of two halves that one is kept whose vectors are the longer ones. */
  public void testHalves() throws IOException {
    VectorSimilarityFunction function = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    boolean longerFirst = random().nextBoolean();
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory, PARAMETERS)) {
      add(writer, COUNT, longerFirst ? 1.1f : 1, function);
      add(writer, COUNT, longerFirst ? 1 : 1.1f, function);
      assertFalse("longer first: " + longerFirst, builds(writer));
    }
  }

  public void testLengthsThatGrow() throws IOException {
    int rounds = 30;
    for (VectorSimilarityFunction function :
        new VectorSimilarityFunction[] {
          VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, VectorSimilarityFunction.EUCLIDEAN
        }) {
      try (Directory directory = newDirectory();
          IndexWriter writer = writer(directory, PARAMETERS)) {
        add(writer, COUNT, 1, function);
        int built = 0;
        for (int round = 1; round <= rounds; round++) {
          add(writer, ADDED, 1 + .005f * round, function);
          built += builds(writer) ? 1 : 0;
        }
        int most = function == VectorSimilarityFunction.EUCLIDEAN ? 0 : 2;
        assertTrue(function + " built " + built + " times", built <= most);
      }
    }
  }

  /** Vectors of length one are not quite: no reason to build anew. */
  public void testLengthOne() throws IOException {
    VectorSimilarityFunction function = VectorSimilarityFunction.DOT_PRODUCT;
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory, PARAMETERS)) {
      add(writer, 100, 1, function);
      for (int round = 0; round < 20; round++) {
        add(writer, 20, 1, function);
        assertFalse("round " + round, builds(writer));
      }
    }
  }

  /** What was measured of a forest is true of that forest alone. */
  public void testCalibrationIsTakenOverWithTheForest() throws IOException {
    VectorSimilarityFunction function = VectorSimilarityFunction.EUCLIDEAN;
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = writer(directory, PARAMETERS)) {
        add(writer, COUNT, 1, function);
        assertTrue(log.phases.toString(), log.phases.contains("calibrate"));
        add(writer, ADDED, 1, function);
        assertFalse(builds(writer));
        assertFalse(log.phases.toString(), log.phases.contains("calibrate"));
        add(writer, ADDED, 1, function);
      }
      ForestParameters other =
          random().nextBoolean() ? PARAMETERS.withLeafSize(64) : PARAMETERS.withManhattan(true);
      try (IndexWriter writer = writer(directory, other)) {
        assertTrue(builds(writer));
        assertTrue(log.phases.toString(), log.phases.contains("calibrate"));
      }
    }
  }
}
