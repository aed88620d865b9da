package io.arroy.lucene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.TestUtil;

/** Every kind of directory, both codecs, with and without compound files. */
public class TestDirectories extends ArroyTestCase {
  private static final int DIMENSION = 16;

  public void testEveryKind() throws IOException {
    for (Kind kind : Kind.values()) {
      for (boolean ours : new boolean[] {true, false}) {
        for (boolean compound : new boolean[] {true, false}) {
          check(kind, ours, compound);
        }
      }
    }
  }

  /** What is read block by block into a buffer is searched as what lies in a map. */
  public void testSearchesOfCopiesAndMaps() throws IOException {
    Path folder = createTempDir();
    ForestParameters parameters =
        ForestParameters.DEFAULT
            .withTrees(TestUtil.nextInt(random(), 1, 3))
            .withLeafSize(TestUtil.nextInt(random(), 5, 30))
            .withForestFrom(0);
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer =
            new IndexWriter(directory, config(foreignCodec(parameters), random().nextBoolean()))) {
      for (int i = 0; i < 2000; i++) {
        add(writer, i);
      }
      writer.forceMerge(1);
    }
    int same = 0;
    try (Directory maps = new MMapDirectory(folder);
        Directory copies = new NIOFSDirectory(folder);
        DirectoryReader mapped = DirectoryReader.open(maps);
        DirectoryReader copied = DirectoryReader.open(copies)) {
      for (int i = 0; i < 50; i++) {
        float[] query = randomVector(DIMENSION, VectorSimilarityFunction.EUCLIDEAN);
        int budget = TestUtil.nextInt(random(), 100, 200);
        KnnFloatVectorQuery knn =
            new KnnFloatVectorQuery("v", query, 10, null, ForestSearchStrategy.budget(budget));
        Set<Integer> expected = docs(new IndexSearcher(mapped).search(knn, 10));
        expected.retainAll(docs(new IndexSearcher(copied).search(knn, 10)));
        same += expected.size();
      }
    }
    // Sums are taken in another order, so leaves that are about as near may change places.
    assertTrue("same " + same, same >= 475);
  }

  private static Set<Integer> docs(TopDocs top) {
    assertEquals(10, top.scoreDocs.length);
    return Arrays.stream(top.scoreDocs).map(hit -> hit.doc).collect(Collectors.toSet());
  }

  private static void check(Kind kind, boolean ours, boolean compound) throws IOException {
    ForestParameters parameters = randomParameters();
    Codec codec = ours ? ourCodec(parameters) : foreignCodec(parameters);
    Path folder = createTempDir();
    List<float[]> vectors = new ArrayList<>();
    String what = kind + ", ours " + ours + ", compound " + compound;
    try (Directory directory = open(kind, folder)) {
      try (IndexWriter writer = new IndexWriter(directory, config(codec, compound))) {
        int count = TestUtil.nextInt(random(), 50, 300);
        for (int i = 0; i < count; i++) {
          vectors.add(add(writer, i));
          if (random().nextInt(50) == 0) {
            writer.flush();
          }
        }
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          checkHits(reader, vectors, what);
        }
        if (random().nextBoolean()) {
          writer.forceMerge(1);
        }
        writer.deleteDocuments(new Term("id", "0"));
        writer.commit();
        vectors.set(0, null);
        checkFiles(directory, ours, compound, what);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          checkHits(reader, vectors, what);
          for (LeafReaderContext context : reader.leaves()) {
            boolean inPlace = reader(context.reader(), "v").inPlace();
            if (!ours) {
              assertFalse(what, inPlace);
            } else if (kind.onDisk) {
              assertTrue(what, inPlace);
            }
          }
        }
      }
      TestUtil.checkIndex(directory);
    }
    try (Stream<Path> left = Files.walk(folder)) {
      assertTrue(what, left.noneMatch(file -> file.toString().endsWith(".tmp")));
    }
  }

  private static float[] add(IndexWriter writer, int id) throws IOException {
    float[] vector = randomVector(DIMENSION, VectorSimilarityFunction.EUCLIDEAN);
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(id), Field.Store.YES));
    document.add(new KnnFloatVectorField("v", vector));
    writer.addDocument(document);
    return vector;
  }

  private static void checkHits(DirectoryReader reader, List<float[]> vectors, String what)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    int id = 1 + random().nextInt(vectors.size() - 1);
    TopDocs top = searcher.search(new KnnFloatVectorQuery("v", vectors.get(id), 3), 3);
    assertEquals(what, 3, top.scoreDocs.length);
    assertEquals(
        what,
        Integer.toString(id),
        searcher.storedFields().document(top.scoreDocs[0].doc).get("id"));
    assertEquals(what, 1, top.scoreDocs[0].score, 1e-4);
  }

  /**
   * All that a commit names is there, and of our files just those that the codec and form imply.
   */
  private static void checkFiles(Directory directory, boolean ours, boolean compound, String what)
      throws IOException {
    Set<String> extensions = new TreeSet<>();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      List<String> all = Arrays.asList(directory.listAll());
      assertTrue(what, all.containsAll(reader.getIndexCommit().getFileNames()));
      for (LeafReaderContext context : reader.leaves()) {
        for (String file : ((SegmentReader) context.reader()).getSegmentInfo().files()) {
          if (file.contains(".lmdb")) {
            extensions.add(file.substring(file.lastIndexOf('.') + 1));
          }
        }
      }
    }
    Set<String> expected;
    if (compound) {
      expected = ours ? Set.of("lmdbc") : Set.of();
    } else {
      expected = Set.of("lmdbm", ours ? "lmdb" : "lmdbw");
    }
    assertEquals(what, expected, extensions);
  }
}
