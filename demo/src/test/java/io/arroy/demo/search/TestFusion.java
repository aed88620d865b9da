package io.arroy.demo.search;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.junit.Test;

/** Reciprocal rank fusion, checked against its formula. */
public class TestFusion extends RandomizedTest {
  @Test
  public void whatBothFindComesFirst() {
    Fusion fusion = new Fusion(found(7, 3, 5), found(3, 9));
    assertArrayEquals(new int[] {3, 7, 9, 5}, docs(fusion.top(10)));
    assertEquals(2, fusion.textRank(3));
    assertEquals(1, fusion.vectorRank(3));
    assertEquals(0, fusion.textRank(9));
    assertEquals(0, fusion.vectorRank(7));
  }

  @Test
  public void nothingFound() {
    assertArrayEquals(new int[0], docs(new Fusion(found(), found()).top(3)));
    assertArrayEquals(new int[] {4}, docs(new Fusion(found(), found(4)).top(3)));
    assertArrayEquals(new int[] {4}, docs(new Fusion(found(4), found()).top(3)));
  }

  @Test
  @Repeat(iterations = 20)
  public void scoresAreThoseOfTheFormula() {
    int[] text = randomDocs();
    int[] vector = randomDocs();
    Map<Integer, Double> expected = new HashMap<>();
    for (int[] ranking : List.of(text, vector)) {
      for (int i = 0; i < ranking.length; i++) {
        expected.merge(ranking[i], 1.0 / (60 + i + 1), Double::sum);
      }
    }
    int k = randomIntBetween(1, 40);
    TopDocs top = new Fusion(found(text), found(vector)).top(k);
    assertEquals(Math.min(k, expected.size()), top.scoreDocs.length);
    List<Double> best = new ArrayList<>(expected.values());
    best.sort(Collections.reverseOrder());
    for (int i = 0; i < top.scoreDocs.length; i++) {
      assertEquals(best.get(i), top.scoreDocs[i].score, 1e-6);
      assertEquals(expected.get(top.scoreDocs[i].doc), top.scoreDocs[i].score, 1e-6);
    }
  }

  private static int[] randomDocs() {
    List<Integer> docs = new ArrayList<>(IntStream.range(0, 30).boxed().toList());
    Collections.shuffle(docs, getRandom());
    return docs.stream().limit(randomIntBetween(0, 30)).mapToInt(Integer::intValue).toArray();
  }

  private static TopDocs found(int... docs) {
    ScoreDoc[] hits = new ScoreDoc[docs.length];
    for (int i = 0; i < docs.length; i++) {
      hits[i] = new ScoreDoc(docs[i], docs.length - i);
    }
    return new TopDocs(new TotalHits(docs.length, TotalHits.Relation.EQUAL_TO), hits);
  }

  private static int[] docs(TopDocs found) {
    return IntStream.range(0, found.scoreDocs.length).map(i -> found.scoreDocs[i].doc).toArray();
  }
}
