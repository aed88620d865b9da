package io.arroy.lucene;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.misc.index.BPReorderingMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/**
 * Every way in which Lucene merges segments: whether the largest one's forest is gone on with or
 * another is built, and that what is found afterwards is right.
 */
public class TestMergePaths extends ArroyTestCase {
  private static final int DIMENSION = 8;
  private static final VectorSimilarityFunction FUNCTION = VectorSimilarityFunction.EUCLIDEAN;
  private static final String SOFT_DELETES = "gone";

  private final MergeLog log = new MergeLog();
  private final Map<String, float[]> live = new HashMap<>();
  private int nextId;

  private static Codec ours() {
    return randomCodec(ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(8));
  }

  private IndexWriterConfig config(Codec codec) {
    return config(codec, false)
        .setInfoStream(log)
        .setMergeScheduler(new SerialMergeScheduler())
        .setMergePolicy(tiered())
        .setMaxBufferedDocs(10_000)
        .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
  }

  /** Merges only when asked to. */
  private static MergePolicy tiered() {
    return new TieredMergePolicy().setSegmentsPerTier(50);
  }

  private Document document(String id) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new StringField("tag", "tag" + random().nextInt(20), Field.Store.NO));
    document.add(new NumericDocValuesField("order", random().nextInt(1000)));
    if (random().nextInt(10) > 0) {
      live.put(id, randomVector(DIMENSION, FUNCTION));
      document.add(new KnnFloatVectorField("v", live.get(id), FUNCTION));
    }
    return document;
  }

  /** Adds documents as a segment of their own. */
  private void add(IndexWriter writer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      writer.addDocument(document(Integer.toString(nextId++)));
    }
    writer.commit();
  }

  private void delete(IndexWriter writer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      String id = Integer.toString(random().nextInt(nextId));
      writer.deleteDocuments(new Term("id", id));
      live.remove(id);
    }
    writer.commit();
  }

  private void assertUpdated() {
    assertTrue(log.phases.toString(), log.phases.contains("update"));
    assertFalse(log.phases.toString(), log.phases.contains("build"));
  }

  private void assertBuilt() {
    assertTrue(log.phases.toString(), log.phases.contains("build"));
    assertFalse(log.phases.toString(), log.phases.contains("update"));
  }

  /** One segment, in which the nearest of all that is live are found. */
  private void assertFound(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(1, reader.leaves().size());
      IndexSearcher searcher = new IndexSearcher(reader);
      for (int i = 0; i < 10; i++) {
        float[] target = randomVector(DIMENSION, FUNCTION);
        KnnFloatVectorQuery query =
            new KnnFloatVectorQuery("v", target, 10, null, ForestSearchStrategy.budget(1_000_000));
        Set<String> found = new LinkedHashSet<>();
        for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
          found.add(searcher.storedFields().document(hit.doc).get("id"));
        }
        // Two may have one score.
        Function<String, Float> score = id -> FUNCTION.compare(target, live.get(id));
        Comparator<Float> descending = Comparator.reverseOrder();
        List<Float> nearest =
            live.keySet().stream().map(score).sorted(descending).limit(10).toList();
        assertEquals(nearest, found.stream().map(score).toList());
      }
    }
  }

  public void testIndexSort() throws IOException {
    try (Directory directory = newDirectory()) {
      IndexWriterConfig config =
          config(ours()).setIndexSort(new Sort(new SortField("order", SortField.Type.LONG)));
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        add(writer, 1000);
        add(writer, 100);
        add(writer, 50);
        delete(writer, 30);
        log.phases.clear();
        writer.forceMerge(1);
      }
      assertUpdated();
      assertFound(directory);
    }
  }

  public void testSoftDeletes() throws IOException {
    try (Directory directory = newDirectory()) {
      MergePolicy retaining =
          new SoftDeletesRetentionMergePolicy(
              SOFT_DELETES, () -> new MatchNoDocsQuery("none retained"), tiered());
      IndexWriterConfig config =
          config(ours()).setSoftDeletesField(SOFT_DELETES).setMergePolicy(retaining);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        add(writer, 1000);
        for (int i = 0; i < 100; i++) {
          String id = Integer.toString(random().nextInt(nextId));
          live.remove(id);
          writer.softUpdateDocument(
              new Term("id", id), document(id), new NumericDocValuesField(SOFT_DELETES, 1));
        }
        writer.commit();
        log.phases.clear();
        writer.forceMerge(1);
      }
      assertUpdated();
      assertFound(directory);
    }
  }

  public void testForceMergeDeletes() throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config(ours()))) {
        add(writer, 1000);
        delete(writer, 150);
        log.phases.clear();
        writer.forceMergeDeletes();
      }
      assertUpdated();
      assertFound(directory);
    }
  }

  public void testAddedReaders() throws IOException {
    try (Directory directory = newDirectory();
        Directory other = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(other, config(ours()))) {
        add(writer, 1000);
        add(writer, 200);
        delete(writer, 30);
      }
      try (DirectoryReader reader = DirectoryReader.open(other);
          IndexWriter writer = new IndexWriter(directory, config(ours()))) {
        log.phases.clear();
        writer.addIndexes(
            reader.leaves().stream().map(LeafReaderContext::reader).toArray(CodecReader[]::new));
      }
      assertUpdated();
      assertFound(directory);
    }
  }

  /** It shows Lucene's merger one reader of another kind, so there is no forest to go on with. */
  public void testReordering() throws IOException {
    try (Directory directory = newDirectory()) {
      BPIndexReorderer reorderer = new BPIndexReorderer();
      reorderer.setMinDocFreq(2);
      reorderer.setMinPartitionSize(2);
      BPReorderingMergePolicy policy = new BPReorderingMergePolicy(tiered(), reorderer);
      policy.setMinNaturalMergeNumDocs(1);
      IndexWriterConfig config = config(ours()).setMergePolicy(policy);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        add(writer, 1000);
        add(writer, 100);
        delete(writer, 30);
        log.phases.clear();
        writer.forceMerge(1);
      }
      assertBuilt();
      assertFound(directory);
    }
  }

  public void testMostlyOurs() throws IOException {
    checkMixed(ours(), hnsw(), false);
    assertUpdated();
  }

  public void testMostlyAnother() throws IOException {
    checkMixed(hnsw(), ours(), false);
    assertBuilt();
  }

  /** Into the other format, out of ours. */
  public void testIntoAnother() throws IOException {
    checkMixed(ours(), ours(), true);
    assertEquals(List.of(), log.phases);
  }

  private static Codec hnsw() {
    return TestUtil.alwaysKnnVectorsFormat(new Lucene99HnswVectorsFormat());
  }

  private void checkMixed(Codec large, Codec small, boolean intoAnother) throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config(large))) {
        add(writer, 1000);
      }
      try (IndexWriter writer = new IndexWriter(directory, config(small))) {
        add(writer, 100);
        delete(writer, 30);
      }
      log.phases.clear();
      try (IndexWriter writer = new IndexWriter(directory, config(intoAnother ? hnsw() : ours()))) {
        writer.forceMerge(1);
      }
      if (!intoAnother) {
        assertFound(directory);
      }
      TestUtil.checkIndex(directory);
    }
  }

  /** Of parts of equal size none is most of it; then everything is built. */
  public void testEqualParts() throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config(ours()))) {
        for (int count : new int[] {300, 310, 320}) {
          add(writer, count);
        }
        log.phases.clear();
        writer.forceMerge(1);
      }
      assertBuilt();
      assertFound(directory);
    }
  }

  /** Once half of a forest is gone it is not gone on with. */
  public void testMuchDeleted() throws IOException {
    try (Directory directory = newDirectory()) {
      IndexWriterConfig unmerged = config(ours()).setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter writer = new IndexWriter(directory, unmerged)) {
        add(writer, 1000);
        for (String id : List.copyOf(live.keySet())) {
          if (Integer.parseInt(id) % 4 > 0) {
            writer.deleteDocuments(new Term("id", id));
            live.remove(id);
          }
        }
        add(writer, 190);
        add(writer, 200);
      }
      log.phases.clear();
      try (IndexWriter writer = new IndexWriter(directory, config(ours()))) {
        writer.forceMerge(1);
      }
      assertBuilt();
      assertFound(directory);
    }
  }
}
