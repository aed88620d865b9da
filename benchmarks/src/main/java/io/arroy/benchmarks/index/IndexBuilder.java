package io.arroy.benchmarks.index;

import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.IOUtils;

/**
 * Writes indexes the way applications do: one thread adds documents to an {@code IndexWriter} with
 * its default merge policy and scheduler, so merges run beside it.
 */
public final class IndexBuilder {

  /** Vectors decoded at a time, with the clock stopped. */
  private static final int BATCH = 256;

  private final double ramBufferMegabytes;

  /** Flushes a segment whenever what is buffered takes so much memory. */
  public IndexBuilder(double ramBufferMegabytes) {
    this.ramBufferMegabytes = ramBufferMegabytes;
  }

  /** The writer's settings, but for what makes a peer. */
  public IndexWriterConfig config(Codec codec) {
    return new IndexWriterConfig()
        .setCodec(codec)
        .setRAMBufferSizeMB(ramBufferMegabytes)
        .setOpenMode(IndexWriterConfig.OpenMode.CREATE_OR_APPEND);
  }

  /** Indexes all of {@code base}, and waits for the merges that the policy asks for. */
  public BuildCost build(
      Path folder, Codec codec, VectorSource base, VectorSimilarityFunction similarity)
      throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      try (IndexWriter writer = new IndexWriter(directory, config(codec))) {
        add(writer, base, i -> i, base.size(), similarity, meter);
      }
      return meter.cost();
    }
  }

  /** Indexes only the rows in {@code rows}, in one segment. */
  public BuildCost buildOf(
      Path folder,
      Codec codec,
      VectorSource base,
      FixedBitSet rows,
      VectorSimilarityFunction similarity)
      throws IOException {
    int[] numbers = new int[rows.cardinality()];
    for (int i = 0, row = -1; i < numbers.length; i++) {
      row = rows.nextSetBit(row + 1);
      numbers[i] = row;
    }
    try (Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      try (IndexWriter writer = new IndexWriter(directory, config(codec))) {
        add(writer, base, i -> numbers[i], numbers.length, similarity, meter);
        writer.forceMerge(1);
      }
      return meter.cost();
    }
  }

  /**
   * Indexes rows in segments of chosen sizes: the first holds the rows before the first of {@code
   * ends}, each other one those between the end before and its own. Each is built like any index
   * and merged to one, so none needs a buffer of its size.
   */
  public BuildCost buildSegments(
      Path folder, Codec codec, VectorSource base, VectorSimilarityFunction similarity, int... ends)
      throws IOException {
    Path part = folder.resolveSibling(folder.getFileName() + ".part");
    try (Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      int first = 0;
      for (int end : ends) {
        IOUtils.rm(part);
        try (Directory partDirectory = FSDirectory.open(part)) {
          try (IndexWriter writer = new IndexWriter(partDirectory, config(codec))) {
            int from = first;
            add(writer, base, i -> from + i, end - first, similarity, meter);
            writer.forceMerge(1);
          }
          IndexWriterConfig keep = config(codec).setMergePolicy(NoMergePolicy.INSTANCE);
          try (IndexWriter writer = new IndexWriter(directory, keep)) {
            writer.addIndexes(partDirectory);
          }
        }
        first = end;
      }
      IOUtils.rm(part);
      return meter.cost();
    }
  }

  /**
   * Adds rows of {@code base}.
   *
   * @param rowAt the row to add at each of {@code count} positions
   * @param meter does not count the time that reading them takes
   */
  public void add(
      IndexWriter writer,
      VectorSource base,
      IntUnaryOperator rowAt,
      int count,
      VectorSimilarityFunction similarity,
      BuildMeter meter)
      throws IOException {
    float[][] batch = new float[BATCH][base.dimension()];
    VectorSource.Reader reader = base.reader();
    VectorDocument document = new VectorDocument(base.dimension(), similarity);
    for (int start = 0; start < count; start += BATCH) {
      int from = start;
      int size = Math.min(BATCH, count - start);
      meter.exclude(
          () -> {
            for (int i = 0; i < size; i++) {
              reader.read(rowAt.applyAsInt(from + i), batch[i], 0);
            }
          });
      for (int i = 0; i < size; i++) {
        writer.addDocument(document.with(batch[i], rowAt.applyAsInt(from + i)));
      }
    }
  }

  /** Merges the index in {@code folder} to one segment. */
  public BuildCost forceMerge(Path folder, Codec codec) throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      try (IndexWriter writer = new IndexWriter(directory, config(codec))) {
        writer.forceMerge(1);
      }
      return meter.cost();
    }
  }
}
