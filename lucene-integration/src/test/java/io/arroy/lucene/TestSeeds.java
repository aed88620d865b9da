package io.arroy.lucene;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SeededKnnVectorQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

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

  private static boolean isLive(LeafReaderContext context, int doc) {
    return context.reader().getLiveDocs() == null || context.reader().getLiveDocs().get(doc);
  }

  private static int next(FixedBitSet bits, int after) {
    return after + 1 < bits.length() ? bits.nextSetBit(after + 1) : DocIdSetIterator.NO_MORE_DOCS;
  }
}
