package io.arroy.lucene.torture;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/**
 * Opens, searches, checks and merges one damaged index after another. What a crash of the JVM was
 * caused by is the last line printed.
 */
public final class CorruptionChild {
  private final Path folder;
  private final Map<String, byte[]> written = new HashMap<>();
  private final CorruptionBase[] bases = new CorruptionBase[CorruptionBase.SHAPES];

  private CorruptionChild(Path folder) {
    this.folder = folder;
  }

  /** Arguments: an empty folder, the seed, the first mutation, one past the last. */
  public static void main(String[] args) throws IOException {
    CorruptionChild child = new CorruptionChild(Path.of(args[0]));
    for (int i = Integer.parseInt(args[2]); i < Integer.parseInt(args[3]); i++) {
      child.run(new Random(Long.parseLong(args[1], 16) * 1_000_003 + i), i);
    }
    System.out.println("DONE");
  }

  private void run(Random random, int number) throws IOException {
    random.nextInt(); // the first differs little between neighbouring seeds
    int shape = random.nextInt(bases.length);
    if (bases[shape] == null) {
      bases[shape] = CorruptionBase.create(shape);
    }
    CorruptionBase base = bases[shape];
    Mutation mutation = Mutation.random(random, base);
    int kind = random.nextInt(3);
    String name = "shape " + shape + ", directory " + kind + ": " + mutation.description();
    System.out.println("BEGIN " + number + " " + name);
    String outcome;
    try (Directory directory = directory(kind, mutation.files())) {
      outcome = outcome(shape, base, mutation, directory);
      boolean early =
          mutation.latest() == Mutation.Found.OPENING
              || (mutation.latest() == Mutation.Found.OPENING_A_FOLDER && kind < 2);
      if ((early && !outcome.equals("refused"))
          || (mutation.latest() == Mutation.Found.SEARCHING && outcome.endsWith("checking"))) {
        throw new AssertionError("to be found by " + mutation.latest() + ": " + outcome);
      }
    } catch (Throwable t) {
      StringWriter trace = new StringWriter();
      t.printStackTrace(new PrintWriter(trace));
      outcome = "WRONG " + trace.toString().replace("\n", "\\n");
    }
    System.out.println("END " + number + " " + outcome);
  }

  private Directory directory(int kind, Map<String, byte[]> files) throws IOException {
    if (kind == 2) {
      Directory directory = new ByteBuffersDirectory();
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        try (IndexOutput out = directory.createOutput(file.getKey(), IOContext.DEFAULT)) {
          out.writeBytes(file.getValue(), file.getValue().length);
        }
      }
      return directory;
    }
    Set<String> old = new HashSet<>(written.keySet());
    old.removeAll(files.keySet());
    for (String file : old) {
      Files.delete(folder.resolve(file));
      written.remove(file);
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!Arrays.equals(written.put(file.getKey(), file.getValue()), file.getValue())) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
    }
    return kind == 0 ? new MMapDirectory(folder) : new NIOFSDirectory(folder);
  }

  private static String outcome(
      int shape, CorruptionBase base, Mutation mutation, Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return used(shape, base, mutation, reader);
    } catch (IOException e) {
      if (isCorruption(e)) {
        return "refused";
      }
      throw e;
    }
  }

  private static String used(
      int shape, CorruptionBase base, Mutation mutation, DirectoryReader reader)
      throws IOException {
    if (mutation.forged()) {
      return usedForged(shape, base, reader);
    }
    String hits = null;
    try {
      hits = CorruptionBase.search(reader);
    } catch (CorruptIndexException e) {
      // as it should be
    }
    boolean found = false;
    try {
      for (LeafReaderContext context : reader.leaves()) {
        context.reader().checkIntegrity();
      }
    } catch (CorruptIndexException e) {
      found = true;
    }
    if (!found && !base.hits().equals(hits)) {
      throw new AssertionError("found " + hits + "\n not " + base.hits());
    }
    if (!found && !base.numbers().equals(Documents.check(reader))) {
      throw new AssertionError("other documents");
    }
    // Damage in what is not taken over may go unnoticed: then all was merged as it should be.
    String merged = merge(shape, base, reader);
    if (!found && merged != null) {
      throw new AssertionError("not merged: " + merged);
    }
    return found ? hits == null ? "found by searching" : "found by checking" : "harmless";
  }

  /** Where all checksums fit, the answers may be others, but nothing runs away or dies. */
  private static String usedForged(int shape, CorruptionBase base, DirectoryReader reader)
      throws IOException {
    boolean found = false;
    String hits = null;
    try {
      hits = CorruptionBase.search(reader);
    } catch (CorruptIndexException | IndexOutOfBoundsException e) {
      found = true;
    }
    try {
      Documents.check(reader);
      merge(shape, base, reader);
    } catch (AssertionError | CorruptIndexException | IndexOutOfBoundsException e) {
      found = true;
    }
    return "forged: "
        + (found ? "found out" : base.hits().equals(hits) ? "harmless" : "other hits");
  }

  /** Null if all was merged as it should be, else what was found to be corrupt. */
  private static String merge(int shape, CorruptionBase base, DirectoryReader reader)
      throws IOException {
    // With the same parameters, so that merges go on with the forests there are.
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(Documents.codec(true, CorruptionBase.parameters(shape)))
            .setMergeScheduler(new SerialMergeScheduler());
    try (Directory other = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(other, config)) {
        for (LeafReaderContext context : reader.leaves()) {
          writer.addIndexes((CodecReader) context.reader());
        }
      } catch (CorruptIndexException e) {
        return e.toString();
      }
      try (DirectoryReader merged = DirectoryReader.open(other)) {
        if (!Documents.check(merged).equals(base.numbers())) {
          throw new AssertionError("merged into other documents");
        }
      }
      return null;
    }
  }

  private static boolean isCorruption(IOException e) {
    return e instanceof CorruptIndexException
        || e instanceof IndexFormatTooOldException
        || e instanceof IndexFormatTooNewException
        || e instanceof EOFException
        || e instanceof NoSuchFileException
        || e instanceof FileNotFoundException;
  }
}
