package io.arroy.lucene;

import io.arroy.forest.search.SearchPlan;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/** What budgets and target recalls ask for. */
public class TestBudgets extends QueryTestCase {
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
}
