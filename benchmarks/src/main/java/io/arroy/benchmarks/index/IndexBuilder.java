package io.arroy.benchmarks.index;

import io.arroy.benchmarks.data.VectorSource;
import io.arroy.benchmarks.peer.Fields;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

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
        add(writer, base, 0, base.size(), similarity, meter);
      }
      return meter.cost();
    }
  }

  /** Adds the rows from {@code first} to {@code end}, exclusive. */
  public void add(
      IndexWriter writer,
      VectorSource base,
      int first,
      int end,
      VectorSimilarityFunction similarity,
      BuildMeter meter)
      throws IOException {
    float[][] batch = new float[BATCH][base.dimension()];
    VectorSource.Reader reader = base.reader();
    KnnFloatVectorField vector = new KnnFloatVectorField(Fields.VECTOR, batch[0], similarity);
    NumericDocValuesField row = new NumericDocValuesField(Fields.ROW, 0);
    Document document = new Document();
    document.add(vector);
    document.add(row);
    for (int start = first; start < end; start += BATCH) {
      int from = start;
      int count = Math.min(BATCH, end - start);
      meter.exclude(
          () -> {
            for (int i = 0; i < count; i++) {
              reader.read(from + i, batch[i], 0);
            }
          });
      for (int i = 0; i < count; i++) {
        vector.setVectorValue(batch[i]);
        row.setLongValue(from + i);
        writer.addDocument(document);
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
