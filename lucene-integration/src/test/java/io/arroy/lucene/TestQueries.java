package io.arroy.lucene;

import java.io.IOException;
import java.util.ArrayList;
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
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/** How Lucene's queries get on with forests that are walked through rather than scanned. */
public class TestQueries extends QueryTestCase {
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
