package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/** What is verified when a segment is opened is a small part of it: prints how long that takes. */
public class TestOpening extends TortureTestCase {
  private final int dimension = scale(128, 768);
  private final SplittableRandom values = new SplittableRandom(5);

  private float[] vector() {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = values.nextInt() * 0x1p-31f;
    }
    return vector;
  }

  public void testLittleIsReadAtOpening() throws IOException {
    assumeTrue("looks into Linux's /proc", Proc.available());
    Path folder = newFolder();
    int vectors = Integer.getInteger("torture.vectors", scale(20_000, 1_000_000));
    try (Directory directory = new MMapDirectory(folder)) {
      write(directory, vectors, true);
      long length;
      try (Stream<Path> files = Files.list(folder)) {
        length = files.mapToLong(file -> file.toFile().length()).sum();
      }
      for (int round = 0; round < 8; round++) {
        long read = Proc.read();
        long start = System.nanoTime();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          long opened = System.nanoTime();
          read = Proc.read() - read;
          new IndexSearcher(reader).search(new KnnFloatVectorQuery("v", vector(), 10), 10);
          long found = System.nanoTime();
          System.out.printf(
              Locale.ROOT,
              "%d bytes: opened in %.1f ms reading %d bytes, searched first in %.1f ms%n",
              length,
              (opened - start) * 1e-6,
              read,
              (found - opened) * 1e-6);
          // The first reads classes too.
          assertTrue(read + " of " + length, round == 0 || read < length / 50);
        }
      }
    }
  }

  /** Where nothing is mapped, all that is read is seen. */
  public void testLittleIsReadWithoutMaps() throws IOException {
    assumeTrue("looks into Linux's /proc", Proc.available());
    Path folder = newFolder();
    try (Directory directory = new MMapDirectory(folder)) {
      write(directory, 20_000, false);
    }
    try (Directory directory = new NIOFSDirectory(folder)) {
      DirectoryReader.open(directory).close();
      long before = Proc.read();
      DirectoryReader.open(directory).close();
      long read = Proc.read() - before;
      long vectors = 20_000L * dimension * Float.BYTES;
      long documents = 20_000L * Integer.BYTES;
      assertTrue(read + " of " + vectors, read < documents + vectors / 50);
    }
  }

  /** One segment, in which some documents have no vector, so that the others are named. */
  private void write(Directory directory, int vectors, boolean ours) throws IOException {
    ForestParameters none = ForestParameters.DEFAULT.withForestFrom(Integer.MAX_VALUE);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(Documents.codec(ours, none))
            .setRAMBufferSizeMB(64)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < vectors; i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vector()));
        writer.addDocument(document);
        if (i % 10 == 0) {
          writer.addDocument(new Document());
        }
      }
    }
    IndexWriterConfig merging =
        new IndexWriterConfig()
            .setCodec(Documents.codec(ours, ForestParameters.DEFAULT))
            .setMergeScheduler(new SerialMergeScheduler());
    merging.getMergePolicy().setNoCFSRatio(0);
    try (IndexWriter writer = new IndexWriter(directory, merging)) {
      writer.forceMerge(1);
    }
  }
}
