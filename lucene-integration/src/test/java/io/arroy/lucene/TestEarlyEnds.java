package io.arroy.lucene;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.tests.util.TestUtil;

/** Searches that their collector ends: by time, or by what they have visited. */
public class TestEarlyEnds extends QueryTestCase {
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
}
