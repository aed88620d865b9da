package io.arroy.lucene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.InfoStream;

/** What merges tell Lucene's log, and how they end when they are not wanted any more. */
public class TestMergeMonitor extends ArroyTestCase {
  private static final int DIMENSION = 64;
  private static final ForestParameters PARAMETERS =
      ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(8).withCalibrateFrom(1200);

  /** Counts what is written to environments. */
  private static final class Written extends FilterDirectory {
    private final AtomicLong bytes = new AtomicLong();

    Written(Directory directory) {
      super(directory);
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      IndexOutput out = super.createOutput(name, context);
      if (!SegmentFiles.isEnvironment(name)) {
        return out;
      }
      return new FilterIndexOutput("counted " + out, name, out) {
        @Override
        public void writeByte(byte b) throws IOException {
          bytes.incrementAndGet();
          super.writeByte(b);
        }

        @Override
        public void writeBytes(byte[] b, int offset, int length) throws IOException {
          bytes.addAndGet(length);
          super.writeBytes(b, offset, length);
        }
      };
    }
  }

  /** Holds a merge up at a phase until the merge has been aborted. */
  private static final class Holding extends MergeLog {
    final String phase;
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch aborted = new CountDownLatch(1);
    private Thread merging;

    Holding(String phase) {
      this.phase = phase;
    }

    @Override
    public void message(String component, String message) {
      super.message(component, message);
      if (component.equals("ARROY") && message.contains("phase=" + phase) && merging == null) {
        merging = Thread.currentThread();
        reached.countDown();
        try {
          assertTrue("never aborted", aborted.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      } else if (component.equals("IW") && message.startsWith("now wait for 1 running merge")) {
        aborted.countDown();
      }
    }
  }

  private static IndexWriterConfig config(InfoStream log) {
    return config(randomCodec(PARAMETERS), false)
        .setInfoStream(log)
        .setMaxBufferedDocs(10_000)
        .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH);
  }

  private static void addSegments(IndexWriter writer, int... counts) throws IOException {
    for (int count : counts) {
      for (int i = 0; i < count; i++) {
        Document document = new Document();
        VectorSimilarityFunction function = VectorSimilarityFunction.EUCLIDEAN;
        document.add(new KnnFloatVectorField("v", randomVector(DIMENSION, function), function));
        writer.addDocument(document);
      }
      writer.commit();
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  public void testPhasesAreToldAsTheyBegin() throws IOException {
    for (boolean update : new boolean[] {false, true}) {
      MergeLog log = new MergeLog();
      IndexWriterConfig config =
          config(log)
              .setMergeScheduler(new SerialMergeScheduler())
              .setMergePolicy(new TieredMergePolicy());
      try (Directory directory = new MMapDirectory(createTempDir());
          IndexWriter writer = new IndexWriter(directory, config)) {
        addSegments(writer, update ? 3000 : 1500);
        assertEquals(
            List.of("build", "route", "leaves", "encode", "codes", "calibrate", "copy"),
            log.phases);
        addSegments(writer, update ? 200 : 1600, update ? 100 : 1700);
        log.phases.clear();
        writer.forceMerge(1);
        assertEquals(
            update
                ? List.of(
                    "vectors", "update", "route", "renew", "route", "arrange", "encode", "codes",
                    "copy")
                : List.of(
                    "vectors", "build", "route", "leaves", "encode", "codes", "calibrate", "copy"),
            log.phases);
      }
    }
  }

  /** Rolled back in any phase, a merge ends in that phase, and leaves nothing behind. */
  public void testRollbackEndsAMergeInItsPhase() throws Exception {
    for (String phase :
        List.of(
            "vectors",
            "update",
            "build",
            "route",
            "renew",
            "arrange",
            "encode",
            "codes",
            "calibrate",
            "copy")) {
      Path folder = createTempDir();
      try (Written directory = new Written(new MMapDirectory(folder))) {
        MergeLog quiet = new MergeLog();
        try (IndexWriter writer =
            new IndexWriter(directory, config(quiet).setMergePolicy(newTieredMergePolicy()))) {
          addSegments(writer, Set.of("build", "calibrate").contains(phase) ? 400 : 4000, 500, 500);
        }
        List<String> before = files(folder);
        Holding log = new Holding(phase);
        IndexWriter writer =
            new IndexWriter(
                directory,
                config(log)
                    .setMergeScheduler(new ConcurrentMergeScheduler())
                    .setMergePolicy(new TieredMergePolicy()));
        try {
          writer.forceMerge(1, false);
          assertTrue("no phase " + phase, log.reached.await(1, TimeUnit.MINUTES));
          directory.bytes.set(0);
        } finally {
          writer.rollback();
        }
        assertTrue(directory.bytes + " bytes", directory.bytes.get() < 4096);
        assertEquals(phase, log.phases.getLast());
        assertEquals(before, files(folder));
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertTrue(reader.leaves().size() > 1);
        }
      }
    }
  }
}
