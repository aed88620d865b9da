package io.arroy.lucene.torture;

import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentFile;
import io.arroy.forest.store.EnvironmentOptions;
import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/** Reads and writes an index where something is scarce or forbidden, and prints what came of it. */
public final class LimitsChild {
  private static final int SEGMENTS = 30;
  private static final int LARGE_DIMENSION = 16_384;
  private static final long LARGE_BYTES = 96L << 20;

  private LimitsChild() {}

  /** Arguments: what to do, in this order; last the folder of an index. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[args.length - 1]);
    for (int i = 0; i < args.length - 1; i++) {
      String step = args[i];
      try {
        switch (step) {
          case "create" -> create(folder);
          case "read" -> read(folder);
          case "write" -> write(folder);
          case "many" -> many(folder);
          case "create-large" -> createLarge(folder);
          case "read-live" ->
              Environment.open(folder.resolve("live"), EnvironmentOptions.READ_ONLY).close();
          case "look-live" -> EnvironmentFile.open(folder.resolve("live")).close();
          case "read-large" -> readLarge(new MMapDirectory(folder));
          case "read-large-unmapped" -> readLarge(new NIOFSDirectory(folder));
          case "grow-warm" -> GrowthSteps.warm(folder);
          case "grow-live" -> System.out.println("in growing: " + GrowthSteps.live(folder));
          case "grow-scratch" -> System.out.println("in growing: " + GrowthSteps.scratch(folder));
          case "space-for-live" -> limitAddressSpace(3L << 29);
          case "space-for-scratch" -> limitAddressSpace(150L << 20);
          case "space-for-one-map" -> limitAddressSpace(LARGE_BYTES * 3 / 2);
          case "space-for-no-map" -> limitAddressSpace(LARGE_BYTES / 2);
          default -> throw new IllegalArgumentException(step);
        }
        System.out.println(step + ": right");
      } catch (IOException e) {
        System.out.println(step + ": " + said(e));
      }
      checkScratch(folder);
    }
  }

  private static String said(Throwable thrown) {
    List<String> messages = new ArrayList<>();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      messages.add(t.toString().replace('\n', ' '));
    }
    return String.join(" < ", messages);
  }

  private static IndexWriterConfig config(int forestFrom) {
    return new IndexWriterConfig()
        .setCodec(
            Documents.codec(
                true,
                ForestParameters.DEFAULT
                    .withForestFrom(forestFrom)
                    .withLeafSize(8)
                    .withDefaultBudget(20)))
        .setMergePolicy(NoMergePolicy.INSTANCE)
        .setUseCompoundFile(false);
  }

  private static void create(Path folder) throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config(0))) {
      for (int i = 0; i < 30 * SEGMENTS; i++) {
        writer.addDocument(Documents.of(i));
        if (i % 30 == 29) {
          writer.flush();
        }
      }
    }
  }

  private static void read(Path folder) throws IOException {
    try (Directory directory = new NIOFSDirectory(folder)) {
      use(directory);
    }
    try (Directory directory = new MMapDirectory(folder)) {
      use(directory);
    }
  }

  private static void use(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      // Lucene maps nothing of an NIOFSDirectory.
      if (directory instanceof NIOFSDirectory) {
        System.out.println("in place: " + (Proc.mapped(".lmdb") > 0));
      }
      for (LeafReaderContext context : reader.leaves()) {
        context.reader().checkIntegrity();
      }
      if (Documents.check(reader).size() < 30 * SEGMENTS) {
        throw new AssertionError("documents are missing");
      }
      KnnFloatVectorQuery query = new KnnFloatVectorQuery("f", Documents.wide(7), 1);
      IndexSearcher searcher = new IndexSearcher(reader);
      int found = searcher.search(query, 1).scoreDocs[0].doc;
      if (!searcher.storedFields().document(found).get("id").equals("7")) {
        throw new AssertionError("found " + found);
      }
    }
  }

  private static void write(Path folder) throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      IndexWriter writer = new IndexWriter(directory, config(0));
      try {
        writer.addDocument(Documents.of(1_000_000));
        writer.commit();
      } finally {
        writer.rollback();
      }
    }
  }

  private static void checkScratch(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      if (files.anyMatch(file -> file.toString().endsWith(".tmp"))) {
        throw new AssertionError("a scratch file is left");
      }
    }
  }

  /** Opens readers until that fails; everything must work again when they are closed. */
  private static void many(Path folder) throws IOException {
    List<DirectoryReader> readers = new ArrayList<>();
    String failure = null;
    try (Directory directory = new MMapDirectory(folder)) {
      while (failure == null && readers.size() < 1000) {
        try {
          readers.add(DirectoryReader.open(directory));
        } catch (IOException e) {
          failure = said(e);
        }
      }
      for (DirectoryReader reader : readers) {
        reader.close();
      }
    }
    System.out.println("many fail: " + failure);
  }

  /** One segment, whose environment has {@link #LARGE_BYTES}. */
  private static void createLarge(Path folder) throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer =
            new IndexWriter(directory, config(1_000_000).setRAMBufferSizeMB(1000))) {
      float[] vector = new float[LARGE_DIMENSION];
      for (int i = 0; i < LARGE_BYTES / Float.BYTES / LARGE_DIMENSION; i++) {
        Arrays.fill(vector, i);
        Document document = new Document();
        document.add(new KnnFloatVectorField("large", vector));
        writer.addDocument(document);
      }
    }
  }

  private static void readLarge(Directory opened) throws IOException {
    try (Directory directory = opened;
        DirectoryReader reader = DirectoryReader.open(directory)) {
      System.out.println("in maps: " + Proc.mapped(".lmdb"));
      KnnFloatVectorQuery query = new KnnFloatVectorQuery("large", new float[LARGE_DIMENSION], 1);
      if (new IndexSearcher(reader).search(query, 1).scoreDocs[0].doc != 0) {
        throw new AssertionError("found another document");
      }
    }
  }

  /** Allows this process so many bytes of address space more than it uses. */
  private static void limitAddressSpace(long more) throws IOException, InterruptedException {
    long used;
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmSize:")).findFirst().orElseThrow();
      used = Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
    String limit = "--as=" + (used + more) + ":";
    String pid = Long.toString(ProcessHandle.current().pid());
    int exit = new ProcessBuilder("prlimit", "--pid", pid, limit).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("prlimit gives " + exit);
    }
  }
}
