package io.arroy.lucene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;

/** Whose threads take part in flushes and merges, and that it changes no byte. */
public class TestExecutors extends ArroyTestCase {
  private static final int COUNT = 1000;
  private static final ForestParameters PARAMETERS =
      ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(8);

  private final Counting users = new Counting();
  private final Counting lucenes = new Counting();
  private final float[][] vectors = new float[3 * COUNT][];
  private ExecutorService pool;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    assumeTrue("threads to spare", Runtime.getRuntime().availableProcessors() > 1);
    pool = Executors.newFixedThreadPool(3);
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = randomVector(16, VectorSimilarityFunction.EUCLIDEAN);
    }
  }

  @Override
  public void tearDown() throws Exception {
    if (pool != null) {
      pool.shutdown();
      assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
    }
    super.tearDown();
  }

  private final class Counting implements Executor {
    private final AtomicInteger tasks = new AtomicInteger();

    @Override
    public void execute(Runnable task) {
      tasks.incrementAndGet();
      pool.execute(task);
    }
  }

  public void testMergesUseLucenesExecutor() throws IOException {
    byte[] alone = flush(null, null);
    assertArrayEquals(alone, flush(null, lucenes));
    assertEquals("flushes have none", 0, lucenes.tasks.get());
    assertArrayEquals(merge(null, null), merge(null, lucenes));
    assertTrue(lucenes.tasks.get() > 0);
  }

  public void testFlushesAndMergesUseTheUsersExecutor() throws IOException {
    assertArrayEquals(flush(null, null), flush(users, lucenes));
    int flushed = users.tasks.get();
    assertTrue(flushed > 0);
    assertArrayEquals(merge(null, null), merge(users, lucenes));
    assertTrue(users.tasks.get() > flushed);
    assertEquals(0, lucenes.tasks.get());
  }

  private byte[] flush(Executor user, Executor lucene) throws IOException {
    Path folder = createTempDir();
    try (Directory directory = newFSDirectory(folder);
        IndexWriter writer =
            new IndexWriter(
                directory, config(user, lucene).setMergePolicy(NoMergePolicy.INSTANCE))) {
      add(writer, 0, COUNT);
    }
    return environment(folder);
  }

  private byte[] merge(Executor user, Executor lucene) throws IOException {
    Path folder = createTempDir();
    try (Directory directory = newFSDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config(user, lucene))) {
      for (int from = 0; from < vectors.length; from += COUNT) {
        add(writer, from, from + COUNT);
      }
      writer.forceMerge(1);
    }
    return environment(folder);
  }

  private static IndexWriterConfig config(Executor user, Executor lucene) {
    return new IndexWriterConfig()
        .setCodec(new ArroyCodec(PARAMETERS, user))
        .setUseCompoundFile(false)
        .setMergePolicy(new TieredMergePolicy().setSegmentsPerTier(50))
        .setMergeScheduler(
            new SerialMergeScheduler() {
              @Override
              public Executor getIntraMergeExecutor(OneMerge merge) {
                return lucene == null ? super.getIntraMergeExecutor(merge) : lucene;
              }
            });
  }

  private void add(IndexWriter writer, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Document document = new Document();
      document.add(new KnnFloatVectorField("v", vectors[i], VectorSimilarityFunction.EUCLIDEAN));
      writer.addDocument(document);
    }
    writer.commit();
  }

  private static byte[] environment(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      Path file =
          files
              .filter(path -> SegmentFiles.isEnvironment(path.getFileName().toString()))
              .findFirst()
              .orElseThrow();
      return Files.readAllBytes(file);
    }
  }
}
