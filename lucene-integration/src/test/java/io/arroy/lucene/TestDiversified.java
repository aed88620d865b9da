package io.arroy.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.PatienceKnnVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.DiversifyingChildrenByteKnnVectorQuery;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/** The nearest child of each parent, where the nearest parents have many near children. */
public class TestDiversified extends ArroyTestCase {
  private static final VectorSimilarityFunction FUNCTION = VectorSimilarityFunction.EUCLIDEAN;
  private static final int DIMENSION = 16;
  private static final int K = 10;
  private static final int QUERIES = 20;

  private final BitSetProducer parents =
      new QueryBitSetProducer(new TermQuery(new Term("type", "parent")));

  private byte[][][] children;

  public void testFloats() throws IOException {
    assertParents(false, false);
  }

  public void testBytes() throws IOException {
    assertParents(true, false);
  }

  public void testFilteredFloats() throws IOException {
    assertParents(false, true);
  }

  public void testFilteredBytes() throws IOException {
    assertParents(true, true);
  }

  private void assertParents(boolean bytes, boolean filtered) throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        Query filter = filtered ? new TermQuery(new Term("parity", "0")) : null;
        int found = 0;
        for (int i = 0; i < QUERIES; i++) {
          byte[] vector = children[random().nextInt(children.length)][0];
          Query query =
              bytes
                  ? new DiversifyingChildrenByteKnnVectorQuery("b", vector, filter, K, parents)
                  : new DiversifyingChildrenFloatKnnVectorQuery(
                      "f", floats(vector), filter, K, parents);
          if (query instanceof KnnFloatVectorQuery floats && random().nextBoolean()) {
            // Patience ends no search before the collector is full.
            query = PatienceKnnVectorQuery.fromFloatQuery(floats);
          }
          ScoreDoc[] hits = searcher.search(query, 2 * K).scoreDocs;
          assertEquals(K, hits.length);
          Set<Integer> nearest = nearest(vector, filtered);
          Set<Integer> seen = new HashSet<>();
          for (ScoreDoc hit : hits) {
            int parent = Integer.parseInt(reader.storedFields().document(hit.doc).get("parent"));
            assertTrue("twice: " + parent, seen.add(parent));
            found += nearest.contains(parent) ? 1 : 0;
          }
        }
        assertTrue(found + " of " + QUERIES * K, found > .9 * QUERIES * K);
      }
    }
  }

  private void index(Directory directory) throws IOException {
    ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(16);
    children = new byte[TestUtil.nextInt(random(), 100, 200)][20][];
    try (IndexWriter writer =
        new IndexWriter(directory, config(randomCodec(parameters), random().nextBoolean()))) {
      for (int p = 0; p < children.length; p++) {
        byte[] center = vector(new byte[DIMENSION], 40);
        List<Document> block = new ArrayList<>();
        for (int c = 0; c < children[p].length; c++) {
          children[p][c] = vector(center, 2);
          Document child = new Document();
          child.add(new KnnByteVectorField("b", children[p][c], FUNCTION));
          child.add(new KnnFloatVectorField("f", floats(children[p][c]), FUNCTION));
          child.add(new StoredField("parent", Integer.toString(p)));
          child.add(new StringField("parity", Integer.toString(c % 2), Field.Store.NO));
          block.add(child);
        }
        Document parent = new Document();
        parent.add(new StringField("type", "parent", Field.Store.NO));
        block.add(parent);
        writer.addDocuments(block);
      }
      writer.forceMerge(1);
    }
  }

  private static byte[] vector(byte[] center, int spread) {
    byte[] vector = new byte[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] =
          (byte) Math.clamp(Math.round(center[i] + spread * random().nextGaussian()), -128, 127);
    }
    return vector;
  }

  private static float[] floats(byte[] vector) {
    float[] floats = new float[vector.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = vector[i];
    }
    return floats;
  }

  /** The parents of the nearest children, of those with an even number alone if filtered. */
  private Set<Integer> nearest(byte[] query, boolean filtered) {
    float[] best = new float[children.length];
    Integer[] order = new Integer[children.length];
    for (int p = 0; p < children.length; p++) {
      order[p] = p;
      for (int c = 0; c < children[p].length; c += filtered ? 2 : 1) {
        best[p] = Math.max(best[p], FUNCTION.compare(query, children[p][c]));
      }
    }
    Arrays.sort(order, Comparator.comparingDouble(p -> -best[p]));
    return new HashSet<>(Arrays.asList(order).subList(0, K));
  }
}
