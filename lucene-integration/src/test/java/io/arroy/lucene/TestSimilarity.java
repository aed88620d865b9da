package io.arroy.lucene;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.tests.util.TestUtil;

/** Scores from proximities, without an index. */
public class TestSimilarity extends ArroyTestCase {
  public void testScoresAreLucenes() {
    for (int i = 0; i < 200; i++) {
      VectorSimilarityFunction function = randomSimilarity();
      int dimension = TestUtil.nextInt(random(), 1, 300);
      float[] a = randomVector(dimension, function);
      float[] b = randomVector(dimension, function);
      Similarity floats = new Similarity(function, ElementType.FLOAT32, dimension, false);
      check(function.compare(a, b), floats.distance().proximity(a, b), floats);
      byte[] c = randomBytes(dimension);
      byte[] d = randomBytes(dimension);
      Similarity bytes = new Similarity(function, ElementType.BYTE, dimension, false);
      check(function.compare(c, d), bytes.distance().proximity(c, d), bytes);
    }
  }

  private static void check(float expected, float proximity, Similarity similarity) {
    float score = similarity.score(proximity);
    assertEquals(expected, score, 1e-5f * Math.max(1, expected));
  }

  public void testManhattan() {
    VectorSimilarityFunction euclidean = VectorSimilarityFunction.EUCLIDEAN;
    Similarity similarity = new Similarity(euclidean, ElementType.FLOAT32, 2, true);
    assertEquals(Distance.MANHATTAN, similarity.distance());
    float proximity = Distance.MANHATTAN.proximity(new float[] {1, 2}, new float[] {-1, 3});
    assertEquals(0.25f, similarity.score(proximity), 0);
  }

  public void testLargerProximityNeverScoresLess() {
    for (VectorSimilarityFunction function : VectorSimilarityFunction.values()) {
      for (ElementType type : List.of(ElementType.FLOAT32, ElementType.BYTE)) {
        Similarity similarity = new Similarity(function, type, 10, false);
        float[] proximities = new float[100];
        for (int i = 0; i < proximities.length; i++) {
          float limit = function == VectorSimilarityFunction.COSINE ? 1 : 1000;
          float top = function == VectorSimilarityFunction.EUCLIDEAN ? 0 : limit;
          proximities[i] = -limit + random().nextFloat() * (top + limit);
        }
        java.util.Arrays.sort(proximities);
        for (int i = 1; i < proximities.length; i++) {
          float less = similarity.score(proximities[i - 1]);
          assertTrue(less >= 0);
          assertTrue(similarity.score(proximities[i]) >= less);
        }
      }
    }
  }

  public void testOverflowStaysANumber() {
    for (VectorSimilarityFunction function : VectorSimilarityFunction.values()) {
      Similarity similarity = new Similarity(function, ElementType.FLOAT32, 10, false);
      for (float proximity : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, -Float.MAX_VALUE}) {
        assertEquals(0, similarity.score(proximity), 1e-30f);
      }
    }
  }
}
