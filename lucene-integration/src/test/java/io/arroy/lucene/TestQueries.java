package io.arroy.lucene;

import io.arroy.forest.search.SearchPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** How Lucene's queries get on with forests that are walked through rather than scanned. */
public class TestQueries extends ArroyTestCase {
  private static final VectorSimilarityFunction FUNCTION = VectorSimilarityFunction.EUCLIDEAN;

  private Directory directory;
  private DirectoryReader reader;
  private IndexSearcher searcher;
  private final List<float[]> vectors = new ArrayList<>();
  private int dimension;

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

  private int id(int doc) throws IOException {
    return Integer.parseInt(searcher.storedFields().document(doc).get("id"));
  }

  private float score(float[] query, int id) {
    return FUNCTION.compare(query, vectors.get(id));
  }

  /** The live documents whose id the filter takes, the nearest first. */
  private List<Integer> nearest(float[] query, int part) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < vectors.size(); id++) {
      if (vectors.get(id) != null && (part < 0 || id % 10 == part)) {
        ids.add(id);
      }
    }
    ids.sort((a, b) -> Float.compare(score(query, b), score(query, a)));
    return ids;
  }

  private void check(float[] query, ScoreDoc[] hits, int expected) throws IOException {
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

  public void testFiltersNeedNoExactSearch() throws IOException {
    AtomicInteger exact = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      int k = TestUtil.nextInt(random(), 1, 60);
      int part = random().nextInt(10);
      Query filter =
          random().nextBoolean()
              ? new TermQuery(new Term("part", Integer.toString(part)))
              : IntField.newRangeQuery("number", 0, random().nextInt(vectors.size()));
      boolean byPart = filter instanceof TermQuery;
      KnnFloatVectorQuery knn =
          new KnnFloatVectorQuery("v", query, k, filter) {
            private final Map<Object, TopDocs> tried = new ConcurrentHashMap<>();
            private final Set<Object> again = ConcurrentHashMap.newKeySet();

            @Override
            protected TopDocs approximateSearch(
                LeafReaderContext context,
                AcceptDocs acceptDocs,
                int visitedLimit,
                KnnCollectorManager manager)
                throws IOException {
              TopDocs top = super.approximateSearch(context, acceptDocs, visitedLimit, manager);
              if (tried.put(context.id(), top) != null) {
                again.add(context.id());
              }
              return top;
            }

            @Override
            protected TopDocs exactSearch(
                LeafReaderContext context,
                DocIdSetIterator acceptIterator,
                QueryTimeout queryTimeout)
                throws IOException {
              // Without a search before it, Lucene asks for this because little is accepted. When
              // Lucene searches a segment again it collects k and may want more (as it does of any
              // format): then only a search that found fewer than k, or gave up, is to blame.
              TopDocs top = tried.get(context.id());
              if (top != null
                  && (!again.contains(context.id())
                      || top.scoreDocs.length < getK()
                      || top.totalHits.relation() != TotalHits.Relation.EQUAL_TO)) {
                exact.incrementAndGet();
              }
              return super.exactSearch(context, acceptIterator, queryTimeout);
            }
          };
      int accepted = searcher.count(filter);
      if (byPart) {
        assertEquals(nearest(query, part).size(), accepted);
      }
      check(query, searcher.search(knn, k).scoreDocs, Math.min(k, accepted));
    }
    assertEquals(0, exact.get());
  }

  public void testMoreBudgetFindsMore() throws IOException {
    int k = 10;
    long queries = 20;
    int[] found = new int[3];
    for (int i = 0; i < queries; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      Set<Integer> best = new HashSet<>(nearest(query, -1).subList(0, k));
      for (int j = 0; j < found.length; j++) {
        int budget = new int[] {20, 300, Integer.MAX_VALUE}[j];
        KnnFloatVectorQuery knn =
            new KnnFloatVectorQuery("v", query, k, null, ForestSearchStrategy.budget(budget));
        ScoreDoc[] hits = searcher.search(knn, k).scoreDocs;
        check(query, hits, k);
        for (ScoreDoc hit : hits) {
          found[j] += best.contains(id(hit.doc)) ? 1 : 0;
        }
      }
    }
    assertEquals(queries * k, found[2]);
    assertTrue(Arrays.toString(found), found[0] <= found[1] && found[1] <= found[2]);
    assertTrue(Arrays.toString(found), found[1] > queries * k * 6 / 10);
  }

  public void testHigherTargetsFindMore() throws IOException {
    float[] targets = {.3f, .95f, .999f};
    int[] found = new int[targets.length];
    int queries = 20;
    for (int i = 0; i < queries; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      Set<Integer> best = new HashSet<>(nearest(query, -1).subList(0, 10));
      for (int j = 0; j < targets.length; j++) {
        Set<SearchPlan> plans = EnumSet.noneOf(SearchPlan.class);
        KnnSearchStrategy strategy =
            ForestSearchStrategy.targetRecall(targets[j])
                .withOversampling(1.5f)
                .withObserver(plans::add);
        ScoreDoc[] hits =
            searcher.search(new KnnFloatVectorQuery("v", query, 10, null, strategy), 10).scoreDocs;
        check(query, hits, 10);
        assertFalse(plans.isEmpty());
        for (ScoreDoc hit : hits) {
          found[j] += best.contains(id(hit.doc)) ? 1 : 0;
        }
      }
    }
    assertTrue(Arrays.toString(found), found[0] <= found[1] && found[1] <= found[2]);
    assertTrue(Arrays.toString(found), found[1] >= queries * 9);
  }

  public void testBadTargets() {
    for (float recall : new float[] {0, 1, -1, Float.NaN, 2}) {
      String message =
          expectThrows(
                  IllegalArgumentException.class, () -> ForestSearchStrategy.targetRecall(recall))
              .getMessage();
      assertEquals("recall must be above 0 and below 1, got " + recall, message);
    }
    for (float times : new float[] {0, .9f, 1001, Float.NaN}) {
      String message =
          expectThrows(
                  IllegalArgumentException.class,
                  () -> ForestSearchStrategy.DEFAULT.withOversampling(times))
              .getMessage();
      assertTrue(message, message.startsWith("oversampling must be 1 to 1000"));
    }
    assertEquals(
        ForestSearchStrategy.targetRecall(.5f).withOversampling(2),
        ForestSearchStrategy.targetRecall(.5f).withOversampling(2));
    assertNotEquals(ForestSearchStrategy.targetRecall(.5f), ForestSearchStrategy.targetRecall(.6f));
  }

  public void testBadBudgets() {
    for (int budget : new int[] {0, -1, Integer.MIN_VALUE}) {
      String message =
          expectThrows(IllegalArgumentException.class, () -> ForestSearchStrategy.budget(budget))
              .getMessage();
      assertEquals("budget must be at least 1, got " + budget, message);
    }
    assertEquals(ForestSearchStrategy.budget(5), ForestSearchStrategy.budget(5));
    assertNotEquals(ForestSearchStrategy.budget(5), ForestSearchStrategy.budget(6));
  }

  public void testBadQueries() {
    float[] wrong = new float[dimension + 1];
    expectThrows(
        IllegalArgumentException.class,
        () -> searcher.search(new KnnFloatVectorQuery("v", wrong, 3), 3));
    ArroyVectorsReader vectorReader = reader(reader.leaves().get(0).reader(), "v");
    TopKnnCollector collector = new TopKnnCollector(3, 100);
    AcceptDocs all = AcceptDocs.fromLiveDocs(null, reader.leaves().get(0).reader().maxDoc());
    String message =
        expectThrows(
                IllegalArgumentException.class,
                () -> vectorReader.search("v", wrong, collector, all))
            .getMessage();
    assertTrue(message, message.contains("takes queries of " + dimension + " FLOAT32, got"));
    float[] notFinite = new float[dimension];
    notFinite[1] = Float.NaN;
    message =
        expectThrows(
                IllegalArgumentException.class,
                () -> vectorReader.search("v", notFinite, collector, all))
            .getMessage();
    assertTrue(message, message.contains("NaN at position 1"));
    message =
        expectThrows(
                IllegalArgumentException.class,
                () -> vectorReader.search("w", new float[dimension], collector, all))
            .getMessage();
    assertTrue(message, message.contains("\"w\""));
    message =
        expectThrows(
                IllegalArgumentException.class,
                () -> vectorReader.search("v", new byte[dimension], collector, all))
            .getMessage();
    assertTrue(message, message.contains("not BYTE"));
  }

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

  private static boolean isLive(LeafReaderContext context, int doc) {
    return context.reader().getLiveDocs() == null || context.reader().getLiveDocs().get(doc);
  }

  private static int next(FixedBitSet bits, int after) {
    return after + 1 < bits.length() ? bits.nextSetBit(after + 1) : DocIdSetIterator.NO_MORE_DOCS;
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

  public void testThresholds() throws IOException {
    int expectedHits = 0;
    int found = 0;
    for (int i = 0; i < 20; i++) {
      float[] query = randomVector(dimension, FUNCTION);
      int part = random().nextInt(15) - 5;
      List<Integer> all = nearest(query, part);
      int wanted = random().nextInt(all.size());
      float threshold = score(query, all.get(wanted));
      Query filter = part < 0 ? null : new TermQuery(new Term("part", Integer.toString(part)));
      FloatVectorSimilarityQuery similar =
          new FloatVectorSimilarityQuery("v", query, threshold, filter);
      TopDocs top = searcher.search(similar, vectors.size());
      for (ScoreDoc hit : top.scoreDocs) {
        assertTrue(hit.score >= threshold - 1e-5);
        assertEquals(score(query, id(hit.doc)), hit.score, 1e-5);
      }
      expectedHits += wanted + 1;
      found += top.scoreDocs.length;
      assertTrue(top.scoreDocs.length <= wanted + 2);
    }
    assertTrue(found + " of " + expectedHits, found > expectedHits * 0.85);
  }

  public void testTimeouts() throws IOException {
    for (LeafReaderContext context : reader.leaves()) {
      int patience = random().nextInt(3);
      int[] asked = {0};
      KnnCollector timed =
          new KnnCollector.Decorator(
              new TopKnnCollector(
                  10, Integer.MAX_VALUE, ForestSearchStrategy.budget(Integer.MAX_VALUE))) {
            @Override
            public boolean earlyTerminated() {
              return ++asked[0] > patience || super.earlyTerminated();
            }
          };
      AcceptDocs all =
          AcceptDocs.fromLiveDocs(context.reader().getLiveDocs(), context.reader().maxDoc());
      reader(context.reader(), "v").search("v", new float[dimension], timed, all);
      assertTrue(timed.visitedCount() + " visited", timed.visitedCount() <= 64L * (patience + 1));
    }
  }

  public void testVisitLimit() throws IOException {
    for (LeafReaderContext context : reader.leaves()) {
      ArroyVectorsReader vectorReader = reader(context.reader(), "v");
      AcceptDocs all =
          AcceptDocs.fromLiveDocs(context.reader().getLiveDocs(), context.reader().maxDoc());
      int live = context.reader().numDocs();
      int k = TestUtil.nextInt(random(), 1, 10);
      int limit = TestUtil.nextInt(random(), k, 500);
      KnnSearchStrategy strategy =
          random().nextBoolean() ? null : ForestSearchStrategy.budget(Integer.MAX_VALUE);
      TopKnnCollector collector = new TopKnnCollector(k, limit, strategy);
      vectorReader.search("v", randomVector(dimension, FUNCTION), collector, all);
      TopDocs top = collector.topDocs();
      assertTrue(top.totalHits.value() < limit + 64);
      assertEquals(
          top.totalHits.value() >= limit
              ? TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO
              : TotalHits.Relation.EQUAL_TO,
          top.totalHits.relation());
      assertTrue(top.scoreDocs.length <= Math.min(k, live));
    }
  }

  public void testExplain() throws IOException {
    float[] query = randomVector(dimension, FUNCTION);
    KnnFloatVectorQuery knn = new KnnFloatVectorQuery("v", query, 5);
    for (ScoreDoc hit : searcher.search(knn, 5).scoreDocs) {
      Explanation explanation = searcher.explain(knn, hit.doc);
      assertTrue(explanation.isMatch());
      assertEquals(hit.score, explanation.getValue().floatValue(), 1e-5);
    }
    Query all = MatchAllDocsQuery.INSTANCE;
    check(query, searcher.search(new KnnFloatVectorQuery("v", query, 5, all), 5).scoreDocs, 5);
  }

  /** One hit for each of several parents, whose children have the vectors. */
  public void testDiversifiedChildren() throws IOException {
    try (Directory joined = newDirectory()) {
      ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(8);
      int parents = 100;
      try (IndexWriter writer =
          new IndexWriter(joined, config(randomCodec(parameters), random().nextBoolean()))) {
        for (int i = 0; i < parents; i++) {
          List<Document> block = new ArrayList<>();
          for (int j = 0; j < 5; j++) {
            Document child = new Document();
            child.add(new KnnFloatVectorField("v", randomVector(dimension, FUNCTION), FUNCTION));
            block.add(child);
          }
          Document parent = new Document();
          parent.add(new StringField("type", "parent", Field.Store.NO));
          block.add(parent);
          writer.addDocuments(block);
        }
      }
      try (DirectoryReader joinedReader = DirectoryReader.open(joined)) {
        BitSetProducer isParent =
            new QueryBitSetProducer(new TermQuery(new Term("type", "parent")));
        Query query =
            new DiversifyingChildrenFloatKnnVectorQuery(
                "v", randomVector(dimension, FUNCTION), null, 10, isParent);
        assertEquals(10, new IndexSearcher(joinedReader).search(query, 20).scoreDocs.length);
      }
    }
  }
}
