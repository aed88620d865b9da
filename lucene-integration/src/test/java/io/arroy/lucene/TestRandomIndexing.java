package io.arroy.lucene;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SlowCodecReaderWrapper;
import org.apache.lucene.index.SortingCodecReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.Bits;

/**
 * Random additions, updates, deletes, merges, commits and copies of whole indexes, compared with a
 * map; the mock directories run CheckIndex when they are closed.
 */
public class TestRandomIndexing extends ArroyTestCase {
  private final VectorSimilarityFunction function = VectorSimilarityFunction.EUCLIDEAN;

  /** What an index must hold: by id, a vector of either kind or null. */
  private static final class Model {
    final Map<String, float[]> floats = new HashMap<>();
    final Map<String, byte[]> bytes = new HashMap<>();
    final Set<String> ids = new HashSet<>();

    void remove(String id) {
      ids.remove(id);
      floats.remove(id);
      bytes.remove(id);
    }
  }

  private Model model;
  private int dimension;
  private boolean sorted;
  private int nextId;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    model = new Model();
    dimension = TestUtil.nextInt(random(), 1, 30);
    nextId = 0;
  }

  public void testOneFormat() throws IOException {
    check(randomCodec(randomParameters()), randomCodec(randomParameters()));
  }

  public void testChangingParameters() throws IOException {
    check(ourCodec(randomParameters()), foreignCodec(randomParameters()));
  }

  /** Segments of one format merged into the other, both ways. */
  public void testMixedWithHnsw() throws IOException {
    Codec hnsw = TestUtil.alwaysKnnVectorsFormat(new Lucene99HnswVectorsFormat());
    Codec ours = randomCodec(randomParameters());
    if (random().nextBoolean()) {
      check(hnsw, ours);
    } else {
      check(ours, hnsw);
    }
  }

  /** One field of each format in a segment. */
  public void testAFieldOfEach() throws IOException {
    Codec mixed =
        new ArroyCodec(randomParameters()) {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return field.equals("f")
                ? new Lucene99HnswVectorsFormat()
                : super.getKnnVectorsFormatForField(field);
          }
        };
    check(mixed, mixed);
  }

  /** Fields with parameters of their own are written to environments of their own. */
  public void testTwoEnvironmentsInASegment() throws IOException {
    ForestParameters other = randomParameters().withSeed(7);
    Codec mixed =
        new ArroyCodec(randomParameters().withSeed(8)) {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return field.equals("f")
                ? new ArroyVectorsFormat(other) // a new one each time, as users will
                : super.getKnnVectorsFormatForField(field);
          }
        };
    check(mixed, mixed);
  }

  public void testSortedIndex() throws IOException {
    sorted = true;
    check(randomCodec(randomParameters()), randomCodec(randomParameters()));
  }

  private IndexWriterConfig config(Codec codec) {
    IndexWriterConfig config = newIndexWriterConfig().setCodec(codec);
    if (sorted) {
      config.setIndexSort(new Sort(new SortField("order", SortField.Type.LONG)));
    }
    return config;
  }

  private void check(Codec first, Codec second) throws IOException {
    try (Directory directory = newDirectory()) {
      for (Codec codec : new Codec[] {first, second}) {
        try (IndexWriter writer = new IndexWriter(directory, config(codec))) {
          change(writer);
          if (random().nextBoolean()) {
            addIndexes(writer);
          }
          if (random().nextBoolean()) {
            writer.forceMerge(TestUtil.nextInt(random(), 1, 3));
          }
          try (DirectoryReader reader = DirectoryReader.open(writer)) {
            compare(reader);
          }
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          compare(reader);
        }
      }
    }
  }

  private void change(IndexWriter writer) throws IOException {
    int changes = TestUtil.nextInt(random(), 1, 300);
    for (int i = 0; i < changes; i++) {
      switch (random().nextInt(20)) {
        case 0 -> writer.flush();
        case 1 -> writer.commit();
        case 2, 3 -> {
          String id = Integer.toString(random().nextInt(nextId + 1));
          writer.deleteDocuments(new Term("id", id));
          model.remove(id);
        }
        case 4, 5 -> {
          int old = random().nextInt(nextId + 1);
          nextId = Math.max(nextId, old + 1);
          String id = Integer.toString(old);
          model.remove(id);
          writer.updateDocument(new Term("id", id), document(id, model));
        }
        default -> writer.addDocument(document(Integer.toString(nextId++), model));
      }
    }
    if (rarely()) {
      // Segments whose vectors are all deleted.
      for (String id : Set.copyOf(model.floats.keySet())) {
        writer.deleteDocuments(new Term("id", id));
        model.remove(id);
      }
    }
  }

  private Document document(String id, Model into) {
    Document document = new Document();
    into.ids.add(id);
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new StringField("tag", tag(id), Field.Store.NO));
    document.add(new NumericDocValuesField("order", random().nextInt(1000)));
    if (random().nextInt(4) != 0) {
      into.floats.put(id, randomVector(dimension, function));
      document.add(new KnnFloatVectorField("f", into.floats.get(id), function));
    }
    if (random().nextInt(4) != 0) {
      into.bytes.put(id, randomBytes(dimension));
      document.add(new KnnByteVectorField("b", into.bytes.get(id), function));
    }
    return document;
  }

  private static String tag(String id) {
    return Integer.toString(id.hashCode() % 3);
  }

  /** Another index into this one: as files, as its segments, or as some wrapped reader. */
  private void addIndexes(IndexWriter writer) throws IOException {
    try (Directory other = newDirectory()) {
      IndexWriterConfig config = config(randomCodec(randomParameters()));
      try (IndexWriter source = new IndexWriter(other, config)) {
        int count = TestUtil.nextInt(random(), 1, 100);
        for (int i = 0; i < count; i++) {
          source.addDocument(document(Integer.toString(nextId++), model));
        }
        String deleted = Integer.toString(nextId - 1 - random().nextInt(count));
        source.deleteDocuments(new Term("id", deleted));
        model.remove(deleted);
      }
      int form = random().nextInt(sorted ? 2 : 3);
      if (form == 0) {
        writer.addIndexes(other);
        return;
      }
      try (DirectoryReader reader = DirectoryReader.open(other)) {
        for (LeafReaderContext context : reader.leaves()) {
          CodecReader leaf = SlowCodecReaderWrapper.wrap(context.reader());
          if (form == 2) {
            leaf =
                SortingCodecReader.wrap(
                    leaf, new Sort(new SortField("order", SortField.Type.LONG, true)));
          }
          writer.addIndexes(leaf);
        }
      }
    }
  }

  private void compare(DirectoryReader reader) throws IOException {
    assertEquals(model.ids.size(), reader.numDocs());
    Map<String, float[]> floats = new HashMap<>();
    Map<String, byte[]> bytes = new HashMap<>();
    for (LeafReaderContext context : reader.leaves()) {
      LeafReader leaf = context.reader();
      leaf.checkIntegrity();
      Bits live = leaf.getLiveDocs();
      FloatVectorValues floatValues = leaf.getFloatVectorValues("f");
      if (floatValues != null) {
        KnnVectorValues.DocIndexIterator docs = floatValues.iterator();
        while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          assertEquals(docs.docID(), floatValues.ordToDoc(docs.index()));
          if (live == null || live.get(docs.docID())) {
            floats.put(id(leaf, docs.docID()), floatValues.vectorValue(docs.index()).clone());
          }
        }
      }
      ByteVectorValues byteValues = leaf.getByteVectorValues("b");
      if (byteValues != null) {
        KnnVectorValues.DocIndexIterator docs = byteValues.iterator();
        int target = random().nextInt(5);
        int doc = docs.advance(target);
        while (doc != DocIdSetIterator.NO_MORE_DOCS) {
          assertTrue(doc >= target);
          if (live == null || live.get(doc)) {
            bytes.put(id(leaf, doc), byteValues.vectorValue(docs.index()).clone());
          }
          target = doc + 1;
          doc = random().nextBoolean() ? docs.nextDoc() : docs.advance(target);
        }
        docs = leaf.getByteVectorValues("b").iterator();
        for (doc = docs.nextDoc(); doc < 5; doc = docs.nextDoc()) {
          if (live == null || live.get(doc)) {
            bytes.put(id(leaf, doc), byteValues.vectorValue(docs.index()).clone());
          }
        }
      }
    }
    assertEquals(model.floats.keySet(), floats.keySet());
    floats.forEach((id, vector) -> assertArrayEquals(model.floats.get(id), vector, 0));
    assertEquals(model.bytes.keySet(), bytes.keySet());
    bytes.forEach((id, vector) -> assertTrue(Arrays.equals(model.bytes.get(id), vector)));
    checkSearch(reader);
  }

  /** All there are, in any order, with and without a filter. */
  private void checkSearch(DirectoryReader reader) throws IOException {
    IndexSearcher searcher = newSearcher(reader);
    int k = model.ids.size() + 1;
    for (String tag : new String[] {null, "0", "1", "2"}) {
      Query filter = tag == null ? null : new TermQuery(new Term("tag", tag));
      Query floats = new KnnFloatVectorQuery("f", randomVector(dimension, function), k, filter);
      assertEquals(wanted(model.floats.keySet(), tag), found(searcher, floats, k));
      Query bytes = new KnnByteVectorQuery("b", randomBytes(dimension), k, filter);
      assertEquals(wanted(model.bytes.keySet(), tag), found(searcher, bytes, k));
    }
  }

  private static Set<String> wanted(Set<String> ids, String tag) {
    Set<String> wanted = new HashSet<>(ids);
    wanted.removeIf(id -> tag != null && !tag(id).equals(tag));
    return wanted;
  }

  private static Set<String> found(IndexSearcher searcher, Query query, int k) throws IOException {
    Set<String> found = new HashSet<>();
    TopDocs top = searcher.search(query, k);
    for (ScoreDoc hit : top.scoreDocs) {
      assertTrue(found.add(searcher.storedFields().document(hit.doc).get("id")));
    }
    return found;
  }

  private static String id(LeafReader leaf, int doc) throws IOException {
    return leaf.storedFields().document(doc).get("id");
  }
}
