package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/** Indexes on a disk that is full sooner or later, and sees what is left of the last commit. */
public final class DiskFullChild {
  private static final int COMMITTED = 60;
  private static final int MORE = 400;

  /** Every so many rounds one of the engine alone. */
  private static final int LIVE = 5;

  private final Path disk;
  private final Path index;
  private final Path ballast;

  private DiskFullChild(Path disk) {
    this.disk = disk;
    this.index = disk.resolve("index");
    this.ballast = disk.resolve("ballast");
  }

  /** Arguments: a folder on a small disk of its own, the seed, how often. */
  public static void main(String[] args) throws IOException {
    DiskFullChild child = new DiskFullChild(Path.of(args[0]));
    int rounds = Integer.parseInt(args[2]);
    long descriptors = 0;
    for (int i = 0; i < rounds; i++) {
      Random random = new Random(Long.parseLong(args[1]) + i);
      child.round(random, i);
      if (i % LIVE == 0) {
        IOUtils.rm(child.index);
        System.out.println("LIVE " + LiveDiskFull.round(child.disk, child.ballast, random));
      }
      if (i == 1) {
        descriptors = Proc.descriptors();
      }
    }
    if (rounds > 2 && Proc.descriptors() > descriptors) {
      throw new AssertionError(Proc.descriptors() + " files are open, not " + descriptors);
    }
    if (Proc.mapped(child.disk.toString()) > 0) {
      throw new AssertionError("files are still mapped");
    }
    System.out.println("DONE");
  }

  private void round(Random random, int number) throws IOException {
    if (Files.exists(index)) {
      IOUtils.rm(index);
    }
    ForestParameters parameters =
        ForestParameters.DEFAULT.withForestFrom(random.nextInt(2) * 1000).withLeafSize(8);
    boolean compound = random.nextBoolean();
    boolean ours = random.nextInt(4) != 0;
    try (Directory directory = new MMapDirectory(index)) {
      try (IndexWriter writer = writer(directory, ours, parameters, compound)) {
        add(writer, 0, COMMITTED);
      }
      long left = 1L + random.nextInt(random.nextBoolean() ? 400_000 : 4_000_000);
      String failure = fill(directory, left, ours, parameters, compound);
      checkScratch();
      Files.deleteIfExists(ballast);
      boolean whole = failure == null;
      expect(directory, whole ? COMMITTED + MORE : COMMITTED);
      try (IndexWriter writer = writer(directory, ours, parameters, compound)) {
        add(writer, COMMITTED + MORE, COMMITTED + MORE + 10);
        writer.forceMerge(1);
      }
      System.out.println("ROUND " + number + " " + left + " bytes: " + (whole ? "fit" : failure));
    }
  }

  /** What was said when the disk was full, or null if there was room. */
  private String fill(
      Directory directory, long left, boolean ours, ForestParameters parameters, boolean compound)
      throws IOException {
    long free = Files.getFileStore(disk).getUsableSpace();
    Files.write(ballast, new byte[Math.toIntExact(Math.max(0, free - left))]);
    IndexWriter writer = null;
    try {
      writer = writer(directory, ours, parameters, compound);
      for (int i = COMMITTED; i < COMMITTED + MORE; i += 100) {
        add(writer, i, i + 100);
        writer.flush();
      }
      writer.forceMerge(1);
      writer.commit();
      return null;
    } catch (IOException | IllegalStateException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        String said = String.valueOf(t.getMessage());
        if (said.contains("No space left on device") || said.contains("free on its disk")) {
          return said;
        }
      }
      throw new AssertionError("not clear", e);
    } finally {
      if (writer != null) {
        writer.rollback();
      }
    }
  }

  private void checkScratch() throws IOException {
    try (Stream<Path> files = Files.list(index)) {
      if (files.anyMatch(file -> file.toString().endsWith(".tmp"))) {
        throw new AssertionError("a scratch file is left");
      }
    }
  }

  private static IndexWriter writer(
      Directory directory, boolean ours, ForestParameters parameters, boolean compound)
      throws IOException {
    return new IndexWriter(
        directory,
        new IndexWriterConfig()
            .setCodec(Documents.codec(ours, parameters))
            .setMergeScheduler(new SerialMergeScheduler())
            .setUseCompoundFile(compound));
  }

  private static void add(IndexWriter writer, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      writer.addDocument(Documents.of(i));
    }
  }

  private static void expect(Directory directory, int count) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Set<Integer> wanted = IntStream.range(0, count).boxed().collect(Collectors.toSet());
      if (!Documents.check(reader).equals(wanted)) {
        throw new AssertionError("the last commit has changed");
      }
    }
  }
}
