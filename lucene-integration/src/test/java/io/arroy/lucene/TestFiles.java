package io.arroy.lucene;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.IOUtils;

/** What lies in an index folder, who can read it, and what is left when writing fails. */
public class TestFiles extends ArroyTestCase {
  private static final int DIMENSION = 8;

  private static void add(IndexWriter writer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Document document = new Document();
      document.add(new StringField("id", Integer.toString(i), Field.Store.NO));
      document.add(new KnnFloatVectorField("v", randomVector(DIMENSION, randomSimilarity())));
      writer.addDocument(document);
    }
  }

  private static Set<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new HashSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      names.remove("write.lock");
      names.removeIf(name -> name.startsWith("extra")); // of the mock file system
      return names;
    }
  }

  /** Another process opens what this one is searching, without a copy and without a lock file. */
  public void testAnotherProcessReadsALiveIndex() throws Exception {
    Path folder = createTempDir();
    boolean compound = random().nextBoolean();
    ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(10);
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config(ourCodec(parameters), compound))) {
      add(writer, 200);
      writer.forceMerge(1);
      writer.commit();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        Set<String> before = list(folder);
        String name =
            before.stream().filter(n -> n.matches(".*\\.lmdbc?")).findFirst().orElseThrow();
        List<String> lines = OtherProcess.run(folder.resolve(name).toFile().toPath());
        String format = "arroy-forest 1 little-endian [0-9]+";
        assertTrue(lines.toString(), lines.stream().anyMatch(line -> line.matches(format)));
        assertTrue(lines.toString(), lines.contains("block 3 " + 200 * DIMENSION * Float.BYTES));
        assertEquals(before, list(folder));
        new IndexSearcher(reader).search(new KnnFloatVectorQuery("v", new float[8], 3), 3);
      }
    }
  }

  /** Behind its header, which fills a page, the environment of a foreign codec is LMDB's too. */
  public void testAWrappedEnvironmentIsOneAfterAPage() throws Exception {
    Path folder = createTempDir();
    try (Directory directory = new MMapDirectory(folder)) {
      try (IndexWriter writer =
          new IndexWriter(directory, config(foreignCodec(ForestParameters.DEFAULT), false))) {
        add(writer, 200);
        writer.forceMerge(1);
      }
    }
    String name = list(folder).stream().filter(n -> n.endsWith(".lmdbw")).findFirst().orElseThrow();
    byte[] wrapped = Files.readAllBytes(folder.resolve(name));
    ByteBuffer bytes = ByteBuffer.wrap(wrapped).order(ByteOrder.LITTLE_ENDIAN);
    int page = 4096;
    while (bytes.getInt(page + 16) != 0xBEEFC0DE) { // LMDB's magic number
      page *= 2;
    }
    assertEquals(page, bytes.getInt(page + 40));
    Path file = createTempDir().resolve("unwrapped");
    Files.write(file, Arrays.copyOfRange(wrapped, page, wrapped.length));
    List<String> lines = OtherProcess.run(file.toFile().toPath());
    assertTrue(lines.toString(), lines.contains("block 3 " + 200 * DIMENSION * Float.BYTES));
  }

  /** Where the index is on a file system, scratch files lie beside it. */
  public void testScratchFilesAreBesideTheIndex() throws IOException {
    Path folder = createTempDir();
    AtomicInteger environments = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    Directory directory =
        new FilterDirectory(new MMapDirectory(folder)) {
          @Override
          public IndexOutput createOutput(String name, IOContext context) throws IOException {
            if (name.matches(".*\\.lmdbw?")) {
              environments.incrementAndGet();
              if (list(folder).stream().anyMatch(file -> file.matches("_.*Arroy.*\\.tmp"))) {
                seen.incrementAndGet();
              }
            }
            return super.createOutput(name, context);
          }
        };
    try (directory;
        IndexWriter writer =
            new IndexWriter(directory, config(randomCodec(ForestParameters.DEFAULT), false))) {
      add(writer, 20);
      writer.flush();
      // The random configuration may flush, and merge, more than once.
      assertTrue(environments.get() > 0);
      assertEquals(environments.get(), seen.get());
    }
  }

  /** A commit names all files, old ones go when nothing refers to them. */
  public void testFilesComeAndGoWithTheirSegments() throws IOException {
    Path folder = createTempDir();
    boolean compound = random().nextBoolean();
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer =
            new IndexWriter(directory, config(randomCodec(ForestParameters.DEFAULT), compound))) {
      for (int i = 0; i < 5; i++) {
        add(writer, 20);
        writer.deleteDocuments(new Term("id", Integer.toString(random().nextInt(20))));
        writer.commit();
        if (random().nextBoolean()) {
          writer.forceMerge(1);
          writer.commit();
        }
      }
      writer.forceMerge(1);
      writer.commit();
      writer.deleteUnusedFiles();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(new HashSet<>(reader.getIndexCommit().getFileNames()), list(folder));
      }
      writer.deleteAll();
      writer.commit();
      assertTrue(list(folder).stream().allMatch(name -> name.startsWith("segments")));
    }
  }

  /** Writes that fail somewhere, or are rolled back, leave no file of ours and no scratch file. */
  public void testNothingIsLeftAfterFailures() throws IOException {
    for (int round = 0; round < 20; round++) {
      Path folder = createTempDir();
      boolean compound = random().nextBoolean();
      FailingDirectory directory = new FailingDirectory(new MMapDirectory(folder));
      IndexWriterConfig config =
          config(randomCodec(randomParameters()), compound)
              .setMergeScheduler(new SerialMergeScheduler());
      try (directory) {
        IndexWriter writer = new IndexWriter(directory, config);
        try {
          add(writer, 30);
          writer.commit();
          Set<String> committed = new HashSet<>(Arrays.asList(directory.listAll()));
          add(writer, TestUtil.nextInt(random(), 1, 100));
          if (random().nextBoolean()) {
            writer.flush();
          }
          assertTrue(committed.size() > 1);
          directory.failAfter.set(random().nextInt(30));
          writer.forceMerge(1);
          add(writer, 10);
        } catch (IOException | IllegalStateException e) {
          // as wanted
        } finally {
          directory.failAfter.set(Integer.MAX_VALUE);
          writer.rollback();
        }
        assertTrue(list(folder).stream().noneMatch(name -> name.endsWith(".tmp")));
        // Lucene itself leaves some files of a failed flush to the next writer.
        new IndexWriter(directory, newIndexWriterConfig()).close();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertEquals(new HashSet<>(reader.getIndexCommit().getFileNames()), list(folder));
        }
        TestUtil.checkIndex(directory);
      }
    }
  }

  /** Scratch files that a dead process has left are deleted by the next writer. */
  public void testScratchFilesOfTheDeadAreDeleted() throws IOException {
    Path folder = createTempDir();
    try (Directory directory = new MMapDirectory(folder)) {
      try (IndexWriter writer =
          new IndexWriter(directory, config(ourCodec(ForestParameters.DEFAULT), false))) {
        add(writer, 3);
      }
      Path dead = folder.resolve("_7_ArroyVectorsFormat_0_0123456789abcdef.tmp");
      Files.write(dead, new byte[100]);
      new IndexWriter(directory, config(ourCodec(ForestParameters.DEFAULT), false)).close();
      assertFalse(Files.exists(dead));
    }
  }

  /** A directory that changes bytes on the way is read through itself. */
  public void testATransformingDirectory() throws IOException {
    Path folder = createTempDir();
    try (Directory directory = new InvertingDirectory(new MMapDirectory(folder))) {
      try (IndexWriter writer =
          new IndexWriter(
              directory, config(ourCodec(randomParameters()), random().nextBoolean()))) {
        add(writer, 100);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext context : reader.leaves()) {
          assertFalse(reader(context.reader(), "v").inPlace());
          context.reader().checkIntegrity();
        }
        new IndexSearcher(reader).search(new KnnFloatVectorQuery("v", new float[8], 3), 3);
      }
    }
  }

  public void testLateReadersAreToldThatTheReaderIsClosed() throws Exception {
    for (Kind kind : new Kind[] {Kind.MMAP, Kind.NIOFS}) {
      for (boolean ours : new boolean[] {true, false}) {
        try (Directory directory = open(kind, createTempDir())) {
          ForestParameters parameters =
              ForestParameters.DEFAULT.withForestFrom(0).withDefaultBudget(20);
          try (IndexWriter writer =
              new IndexWriter(
                  directory,
                  config(ours ? ourCodec(parameters) : foreignCodec(parameters), false))) {
            add(writer, 2000);
            writer.forceMerge(1);
          }
          searchUntilClosed(DirectoryReader.open(directory));
        }
      }
    }
  }

  private static void searchUntilClosed(DirectoryReader reader) throws Exception {
    ArroyVectorsReader vectors = reader(reader.leaves().get(0).reader(), "v");
    AtomicInteger searches = new AtomicInteger();
    Throwable[] end = new Throwable[2];
    Thread[] threads = new Thread[end.length];
    for (int i = 0; i < threads.length; i++) {
      int number = i;
      threads[i] =
          new Thread(
              () -> {
                try {
                  while (true) {
                    TopKnnCollector top = new TopKnnCollector(3, 1_000_000);
                    vectors.search(
                        "v", new float[DIMENSION], top, AcceptDocs.fromLiveDocs(null, 2000));
                    FloatVectorValues values = vectors.getFloatVectorValues("v");
                    values.vectorValue(searches.incrementAndGet() % 2000);
                  }
                } catch (Throwable t) {
                  end[number] = t;
                }
              });
      threads[i].start();
    }
    while (searches.get() < 100) {
      Thread.sleep(1);
    }
    IOUtils.close(reader);
    for (Thread thread : threads) {
      thread.join();
    }
    for (Throwable t : end) {
      if (!(t instanceof AlreadyClosedException)) {
        throw new AssertionError("not told", t);
      }
    }
  }

  /** Fails to create or write files after a number of attempts. */
  private static final class FailingDirectory extends FilterDirectory {
    final AtomicInteger failAfter = new AtomicInteger(Integer.MAX_VALUE);

    FailingDirectory(Directory in) {
      super(in);
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (failAfter.decrementAndGet() <= 0) {
        throw new IOException("no space left");
      }
      return super.createOutput(name, context);
    }
  }
}
