package io.arroy.lucene;

import io.arroy.forest.tree.ForestHeader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** What was asked for when writing, or by a query, is what happens. */
public class TestParameters extends ArroyTestCase {
  private static final int COUNT = 3000;
  private static final int DIMENSION = 16;
  private static final VectorSimilarityFunction FUNCTION = VectorSimilarityFunction.EUCLIDEAN;

  private final float[][] vectors = new float[COUNT][];

  private void write(Directory directory, Codec codec, boolean compound) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(codec, compound))) {
      for (int i = 0; i < COUNT; i++) {
        vectors[i] = randomVector(DIMENSION, FUNCTION);
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
        document.add(new KnnFloatVectorField("f", vectors[i], FUNCTION));
        document.add(new KnnByteVectorField("b", randomBytes(DIMENSION), FUNCTION));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  private static LeafReader onlyLeaf(DirectoryReader reader) {
    return getOnlyLeafReader(reader);
  }

  public void testParametersAreInTheSegment() throws IOException {
    ForestParameters parameters =
        ForestParameters.DEFAULT
            .withForestFrom(random().nextInt(COUNT))
            .withTrees(TestUtil.nextInt(random(), 1, 4))
            .withLeafSize(TestUtil.nextInt(random(), 2, 100))
            .withSeed(random().nextLong())
            .withDefaultBudget(random().nextInt(1000));
    try (Directory directory = newDirectory()) {
      write(directory, randomCodec(parameters), random().nextBoolean());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        VectorField field = reader(onlyLeaf(reader), "f").fieldOrNull("f");
        ForestHeader expected =
            new ForestHeader(
                COUNT, parameters.trees(), parameters.leafSize(), parameters.seed(), false);
        assertEquals(expected, field.index().forest());
        assertEquals(parameters.defaultBudget(), field.defaultBudget());
      }
    }
  }

  public void testNoForestBelowItsSize() throws IOException {
    try (Directory directory = newDirectory()) {
      ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(COUNT + 1);
      write(directory, randomCodec(parameters), random().nextBoolean());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        VectorField field = reader(onlyLeaf(reader), "f").fieldOrNull("f");
        assertEquals(0, field.index().forest().trees());
      }
    }
  }

  public void testBudgetsAreObeyed() throws IOException {
    int defaultBudget = TestUtil.nextInt(random(), 100, 400);
    int stated = TestUtil.nextInt(random(), 500, 1000);
    ForestParameters parameters =
        ForestParameters.DEFAULT
            .withForestFrom(0)
            .withLeafSize(10)
            .withDefaultBudget(defaultBudget);
    try (Directory directory = newDirectory()) {
      write(directory, randomCodec(parameters), random().nextBoolean());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertVisited(reader, null, defaultBudget);
        KnnSearchStrategy strategy = ForestSearchStrategy.budget(stated);
        assertVisited(reader, strategy, stated);
        FixedBitSet seeds = new FixedBitSet(COUNT);
        seeds.set(7);
        // A search with seeds is a second one, for which there is as much again.
        assertVisited(
            reader,
            new KnnSearchStrategy.Seeded(new BitSetIterator(seeds, 1), 1, strategy),
            2 * stated);
      }
    }
  }

  private static void assertVisited(DirectoryReader reader, KnnSearchStrategy strategy, int budget)
      throws IOException {
    TopKnnCollector collector = search(reader, randomVector(DIMENSION, FUNCTION), 5, strategy);
    String what = strategy + " visited " + collector.visitedCount() + " of " + budget;
    assertTrue(what, collector.visitedCount() >= budget);
    assertTrue(what, collector.visitedCount() <= budget + 64);
  }

  private static TopKnnCollector search(
      DirectoryReader reader, float[] query, int k, KnnSearchStrategy strategy) throws IOException {
    LeafReader leaf = onlyLeaf(reader);
    TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE, strategy);
    reader(leaf, "f")
        .search("f", query, collector, AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc()));
    return collector;
  }

  /** Strategies that give up when nothing better comes are told of every step of a walk. */
  public void testStrategiesAreToldOfEveryStepOfAWalk() throws IOException {
    CountingStrategy strategy = new CountingStrategy();
    long visited = visited(ForestParameters.DEFAULT.withForestFrom(0), strategy);
    assertTrue(strategy.steps + " steps", strategy.steps >= visited / 64);
    assertTrue(strategy.steps > 0);
  }

  /** Scans go by ordinal: that nothing better comes for a while tells nothing there. */
  public void testStrategiesAreNotToldOfScans() throws IOException {
    CountingStrategy strategy = new CountingStrategy();
    assertTrue(visited(ForestParameters.DEFAULT.withForestFrom(2 * COUNT), strategy) > 0);
    assertEquals(0, strategy.steps);
  }

  private long visited(ForestParameters parameters, KnnSearchStrategy strategy) throws IOException {
    try (Directory directory = newDirectory()) {
      write(directory, randomCodec(parameters), random().nextBoolean());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        return search(reader, randomVector(DIMENSION, FUNCTION), 5, strategy).visitedCount();
      }
    }
  }

  private static final class CountingStrategy extends KnnSearchStrategy {
    private int steps;

    @Override
    public void nextVectorsBlock() {
      steps++;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A new format each time, as users will, is one environment for all fields if all are equal. */
  public void testEqualFormatsShareAnEnvironment() throws IOException {
    ForestParameters parameters = randomParameters();
    ForestParameters same = parameters.withSeed(parameters.seed());
    Codec codec =
        new ArroyCodec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new ArroyVectorsFormat(field.equals("f") ? parameters : same);
          }
        };
    try (Directory directory = newDirectory()) {
      write(directory, codec, false);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        long environments =
            reader.getIndexCommit().getFileNames().stream()
                .filter(SegmentFiles::isEnvironment)
                .count();
        assertEquals(1, environments);
        assertSame(reader(onlyLeaf(reader), "f"), reader(onlyLeaf(reader), "b"));
      }
    }
  }

  public void testOffHeapSizesAreThoseOfTheFile() throws IOException {
    try (Directory directory = newDirectory()) {
      write(directory, ourCodec(ForestParameters.DEFAULT.withForestFrom(0)), false);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader leaf = onlyLeaf(reader);
        long all = 0;
        for (String field : new String[] {"f", "b"}) {
          Map<String, Long> sizes =
              reader(leaf, field).getOffHeapByteSize(leaf.getFieldInfos().fieldInfo(field));
          int elementBytes = field.equals("f") ? Float.BYTES : 1;
          assertEquals((long) COUNT * DIMENSION * elementBytes, sizes.get("vec").longValue());
          // Ordinal, three numbers and the bits of a code, and the leaf.
          assertTrue(sizes.toString(), sizes.get("lmdb") >= COUNT * 24L);
          all += sizes.get("vec") + sizes.get("lmdb");
        }
        String name =
            Arrays.stream(directory.listAll())
                .filter(SegmentFiles::isEnvironment)
                .findFirst()
                .orElseThrow();
        long file = directory.fileLength(name);
        assertTrue(all + " of " + file, all < file && all > file / 2);
      }
    }
  }

  /** What a merge of one large segment with a small one gives is not what building anew gives. */
  public void testMergesGoOnWithAForest() throws IOException {
    ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(10);
    byte[][] environments = new byte[2][];
    for (int i = 0; i < COUNT; i++) {
      vectors[i] = randomVector(DIMENSION, FUNCTION);
    }
    for (int segments = 1; segments <= 2; segments++) {
      try (Directory directory = newDirectory()) {
        IndexWriterConfig config = config(ourCodec(parameters), false);
        config.setMaxBufferedDocs(2 * COUNT).setRAMBufferSizeMB(100);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
          for (int i = 0; i < COUNT; i++) {
            Document document = new Document();
            document.add(new KnnFloatVectorField("f", vectors[i], FUNCTION));
            writer.addDocument(document);
            if (segments == 2 && i == COUNT - 50) {
              writer.flush();
            }
          }
          writer.forceMerge(1);
        }
        for (String name : directory.listAll()) {
          if (SegmentFiles.isEnvironment(name)) {
            try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
              environments[segments - 1] = new byte[(int) in.length()];
              in.readBytes(environments[segments - 1], 0, environments[segments - 1].length);
            }
          }
        }
      }
    }
    assertFalse(Arrays.equals(environments[0], environments[1]));
  }

  /** A merge goes on with the larger segment's forest, whose documents have other numbers then. */
  public void testMergedForestsFindWhatIsThere() throws IOException {
    ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(10);
    try (Directory directory = newDirectory()) {
      write(directory, randomCodec(parameters), random().nextBoolean());
      try (IndexWriter writer =
          new IndexWriter(directory, config(randomCodec(parameters), random().nextBoolean()))) {
        for (int i = 0; i < COUNT; i += 3) {
          writer.deleteDocuments(new Term("id", Integer.toString(i)));
        }
        writer.forceMerge(1);
      }
      int found = 0;
      int wanted = 0;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (int i = 1; i < COUNT; i += 30, wanted++) {
          KnnSearchStrategy strategy = ForestSearchStrategy.budget(150);
          for (ScoreDoc hit : search(reader, vectors[i], 1, strategy).topDocs().scoreDocs) {
            String id = reader.storedFields().document(hit.doc).get("id");
            found += id.equals(Integer.toString(i)) ? 1 : 0;
          }
        }
      }
      assertTrue(found + " of " + wanted, found >= wanted * .9);
    }
  }
}
