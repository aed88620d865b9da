package io.arroy.lucene;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/**
 * Filters of any kind and size, over indexes of any shape with deletes, against the exact answer.
 */
public class TestRandomFilters extends ArroyTestCase {
  private static final int INDEXES = 12;
  private static final int FILTERS = 100;

  private VectorSimilarityFunction function;
  private float[][] vectors;
  private int[] tags;
  private boolean[] deleted;
  private long wanted;
  private long found;

  public void testRandomFilters() throws IOException {
    for (int i = 0; i < INDEXES; i++) {
      try (Directory directory = newDirectory()) {
        index(directory);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = newSearcher(reader);
          for (int j = 0; j < FILTERS; j++) {
            search(searcher);
          }
        }
      }
    }
    assertTrue(found + " of " + wanted, found >= .97 * wanted);
  }

  private void index(Directory directory) throws IOException {
    int size = TestUtil.nextInt(random(), 1, 2500);
    int dimension = TestUtil.nextInt(random(), 1, 80);
    function = VectorSimilarityFunction.values()[random().nextInt(4)];
    vectors = new float[size][];
    tags = new int[size];
    deleted = new boolean[size];
    ForestParameters parameters =
        ForestParameters.DEFAULT
            .withForestFrom(0)
            .withTrees(TestUtil.nextInt(random(), 1, 2))
            .withLeafSize(TestUtil.nextInt(random(), 2, 60))
            .withCalibrateFrom(random().nextInt(2000));
    try (IndexWriter writer =
        new IndexWriter(directory, config(randomCodec(parameters), random().nextBoolean()))) {
      for (int i = 0; i < size; i++) {
        Document document = new Document();
        tags[i] = (int) Math.pow(2, 10 * random().nextDouble());
        document.add(new StringField("tag", Integer.toString(tags[i]), Field.Store.NO));
        document.add(new StringField("id", Integer.toString(i), Field.Store.NO));
        document.add(new StoredField("number", i));
        document.add(new IntPoint("number", i));
        if (random().nextInt(10) > 0) {
          vectors[i] = randomVector(dimension, function);
          document.add(new KnnFloatVectorField("v", vectors[i], function));
        }
        writer.addDocument(document);
        if (random().nextInt(5) == 0) {
          int gone = random().nextInt(i + 1);
          deleted[gone] = true;
          writer.deleteDocuments(new Term("id", Integer.toString(gone)));
        }
        if (random().nextInt(1000) == 0) {
          writer.commit();
        }
      }
      if (random().nextBoolean()) {
        writer.forceMerge(1);
      }
    }
  }

  private void search(IndexSearcher searcher) throws IOException {
    int from = random().nextInt(vectors.length);
    int to = from + random().nextInt(vectors.length - from);
    int tag = tags[random().nextInt(tags.length)];
    boolean ranges = random().nextBoolean();
    boolean tagged = !ranges || random().nextInt(4) == 0;
    BooleanQuery.Builder filter = new BooleanQuery.Builder();
    if (ranges) {
      filter.add(IntPoint.newRangeQuery("number", from, to), Occur.FILTER);
    }
    if (tagged) {
      filter.add(new TermQuery(new Term("tag", Integer.toString(tag))), Occur.FILTER);
    }
    boolean[] accepted = new boolean[vectors.length];
    for (int i = 0; i < accepted.length; i++) {
      accepted[i] =
          !deleted[i]
              && vectors[i] != null
              && (!ranges || (i >= from && i <= to))
              && (!tagged || tags[i] == tag);
    }
    int k = TestUtil.nextInt(random(), 1, 20);
    int dimension = dimension();
    if (dimension > 0) {
      boolean exact = random().nextBoolean();
      ForestSearchStrategy strategy =
          exact ? ForestSearchStrategy.budget(Integer.MAX_VALUE) : ForestSearchStrategy.DEFAULT;
      float[] target = randomVector(dimension, function);
      Query query = new KnnFloatVectorQuery("v", target, k, filter.build(), strategy);
      compare(searcher, query, target, k, accepted, exact);
    }
  }

  private int dimension() {
    return Arrays.stream(vectors)
        .filter(vector -> vector != null)
        .mapToInt(v -> v.length)
        .max()
        .orElse(0);
  }

  private void compare(
      IndexSearcher searcher, Query query, float[] target, int k, boolean[] accepted, boolean exact)
      throws IOException {
    float[] nearest = new float[vectors.length];
    int count = 0;
    for (int i = 0; i < vectors.length; i++) {
      if (accepted[i]) {
        nearest[count++] = -function.compare(target, vectors[i]);
      }
    }
    Arrays.sort(nearest, 0, count);
    ScoreDoc[] hits = searcher.search(query, k).scoreDocs;
    assertEquals(Math.min(k, count), hits.length);
    Set<Integer> seen = new HashSet<>();
    int near = 0;
    for (int i = 0; i < hits.length; i++) {
      int number =
          searcher
              .storedFields()
              .document(hits[i].doc)
              .getField("number")
              .numericValue()
              .intValue();
      assertTrue(accepted[number]);
      assertTrue(seen.add(number));
      float score = function.compare(target, vectors[number]);
      float tolerance = 1e-4f * Math.abs(score) + 1e-5f;
      assertEquals(score, hits[i].score, tolerance);
      near += score >= -nearest[i] - tolerance ? 1 : 0;
    }
    if (exact) {
      assertEquals(hits.length, near);
    } else {
      wanted += hits.length;
      found += near;
    }
  }
}
