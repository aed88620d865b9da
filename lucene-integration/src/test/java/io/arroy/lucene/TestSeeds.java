package io.arroy.lucene;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.VectorUtil;

/** Searches that start from what was found before. */
public class TestSeeds extends QueryTestCase {
  /** A leaf is searched again if all it gave was good; that must not make it worse. */
  public void testSeedsAreAlwaysConsidered() throws IOException {
    LeafReaderContext context = reader.leaves().get(0);
    ArroyVectorsReader vectorReader = reader(context.reader(), "v");
    int size = vectorReader.getFloatVectorValues("v").size();
    int live = 0;
    for (int ord = 0; ord < size; ord++) {
      live += isLive(context, vectorReader.getFloatVectorValues("v").ordToDoc(ord)) ? 1 : 0;
    }
    for (int i = 0; i < 10; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      FixedBitSet seeds = new FixedBitSet(size);
      for (int j = 0; j < 20; j++) {
        seeds.set(random().nextInt(size));
      }
      KnnSearchStrategy strategy =
          new KnnSearchStrategy.Seeded(
              new BitSetIterator(seeds, 20), seeds.cardinality(), ForestSearchStrategy.budget(1));
      int k = TestUtil.nextInt(random(), 1, 40);
      TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE, strategy);
      vectorReader.search(
          "v",
          query,
          collector,
          AcceptDocs.fromLiveDocs(context.reader().getLiveDocs(), context.reader().maxDoc()));
      ScoreDoc[] hits = collector.topDocs().scoreDocs;
      check(query, hits, Math.min(k, live));
      Set<Integer> found = new HashSet<>();
      for (ScoreDoc hit : hits) {
        found.add(hit.doc);
      }
      for (int ord = seeds.nextSetBit(0); ord < size; ord = next(seeds, ord)) {
        int doc = vectorReader.getFloatVectorValues("v").ordToDoc(ord);
        if (isLive(context, doc) && !found.contains(doc)) {
          assertTrue(score(query, id(doc)) <= hits[hits.length - 1].score + 1e-5);
        }
      }
    }
  }

  /** Lucene asks a segment again for fewer, with what it found as seeds, to find more. */
  public void testASecondSearchLooksFurther() throws IOException {
    LeafReaderContext context = reader.leaves().get(0);
    ArroyVectorsReader vectorReader = reader(context.reader(), "v");
    int size = vectorReader.getFloatVectorValues("v").size();
    AcceptDocs live =
        AcceptDocs.fromLiveDocs(context.reader().getLiveDocs(), context.reader().maxDoc());
    int k = 60;
    if (context.reader().numDocs() < 10 * k) {
      return; // all are scored the first time
    }
    long first = 0;
    long second = 0;
    for (int i = 0; i < 10; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      KnnSearchStrategy strategy = ForestSearchStrategy.budget(1);
      TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE, strategy);
      vectorReader.search("v", query, collector, live);
      first += collector.visitedCount();
      Set<Integer> docs = new HashSet<>();
      for (ScoreDoc hit : collector.topDocs().scoreDocs) {
        docs.add(hit.doc);
      }
      FixedBitSet seeds = new FixedBitSet(size);
      for (int ord = 0; ord < size; ord++) {
        if (docs.contains(vectorReader.getFloatVectorValues("v").ordToDoc(ord))) {
          seeds.set(ord);
        }
      }
      KnnSearchStrategy seeded =
          new KnnSearchStrategy.Seeded(new BitSetIterator(seeds, k), seeds.cardinality(), strategy);
      collector = new TopKnnCollector(k / 4, Integer.MAX_VALUE, seeded);
      vectorReader.search("v", query, collector, live);
      second += collector.visitedCount();
    }
    assertTrue(second + " after " + first, second > first);
  }

  public void testSeededAndPatientQueries() throws IOException {
    for (int i = 0; i < 10; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      int k = TestUtil.nextInt(random(), 1, 30);
      KnnFloatVectorQuery knn = new KnnFloatVectorQuery("v", query, k);
      Query seeds = new TermQuery(new Term("part", "3"));
      check(
          query, searcher.search(SeededKnnVectorQuery.fromFloatQuery(knn, seeds), k).scoreDocs, k);
      PatienceKnnVectorQuery patient = PatienceKnnVectorQuery.fromFloatQuery(knn);
      assertTrue(searcher.search(patient, k).scoreDocs.length > 0);
    }
  }

  /** Lucene searches exactly, once more, where a search has counted more than was accepted. */
  public void testSeedsAreCountedOnce() throws IOException {
    int size = TestUtil.nextInt(random(), 1500, 2500);
    float[][] centers = new float[20][];
    for (int i = 0; i < centers.length; i++) {
      centers[i] = randomVector(96, FUNCTION);
    }
    IndexWriterConfig config = new IndexWriterConfig().setCodec(new ArroyCodec());
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int i = 0; i < size; i++) {
          Document document = new Document();
          document.add(new KnnFloatVectorField("v", near(centers[i % centers.length]), FUNCTION));
          writer.addDocument(document);
        }
        writer.forceMerge(1);
      }
      try (DirectoryReader clustered = DirectoryReader.open(directory)) {
        LeafReaderContext context = clustered.leaves().get(0);
        FixedBitSet seeds = new FixedBitSet(size);
        // Far from the query, so that a scan by codes does not offer them.
        for (int i = 0; i < 10; i++) {
          seeds.set(7 + centers.length * i);
        }
        KnnSearchStrategy strategy =
            new KnnSearchStrategy.Seeded(
                new BitSetIterator(seeds, seeds.cardinality()),
                seeds.cardinality(),
                ForestSearchStrategy.DEFAULT);
        TopKnnCollector collector = new TopKnnCollector(3, Integer.MAX_VALUE, strategy);
        reader(context.reader(), "v")
            .search("v", near(centers[0]), collector, AcceptDocs.fromLiveDocs(null, size));
        assertEquals(size, collector.visitedCount());
      }
    }
  }

  /** Patience ends walks, not scans: these go by ordinal, and the nearest may come last. */
  public void testPatienceDoesNotEndScans() throws IOException {
    int size = TestUtil.nextInt(random(), 4000, 6000);
    float[] center = randomVector(24, FUNCTION);
    IndexWriterConfig config = new IndexWriterConfig().setCodec(new ArroyCodec());
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int i = 0; i < size; i++) {
          float[] vector = center.clone();
          // Some near ones come first, the nearest last, the rest is on the other side.
          for (int d = 0; d < vector.length; d++) {
            float spread = i < 100 ? .2f : i < size - 20 ? .1f : .01f;
            vector[d] =
                (i < 100 || i >= size - 20 ? 1 : -1) * vector[d]
                    + spread * (float) random().nextGaussian();
          }
          VectorUtil.l2normalize(vector);
          Document document = new Document();
          document.add(new KnnFloatVectorField("v", vector, FUNCTION));
          writer.addDocument(document);
        }
        writer.forceMerge(1);
      }
      try (DirectoryReader patient = DirectoryReader.open(directory)) {
        KnnFloatVectorQuery knn = new KnnFloatVectorQuery("v", center, 10);
        ScoreDoc[] hits =
            new IndexSearcher(patient)
                .search(PatienceKnnVectorQuery.fromFloatQuery(knn), 10)
                .scoreDocs;
        assertEquals(10, hits.length);
        for (ScoreDoc hit : hits) {
          assertTrue(hit.doc + " of " + size, hit.doc >= size - 20);
        }
      }
    }
  }

  private static float[] near(float[] center) {
    float[] vector = center.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += .02f * (float) random().nextGaussian();
    }
    VectorUtil.l2normalize(vector);
    return vector;
  }

  private static boolean isLive(LeafReaderContext context, int doc) {
    return context.reader().getLiveDocs() == null || context.reader().getLiveDocs().get(doc);
  }

  private static int next(FixedBitSet bits, int after) {
    return after + 1 < bits.length() ? bits.nextSetBit(after + 1) : DocIdSetIterator.NO_MORE_DOCS;
  }
}
