package io.arroy.benchmarks.merge;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.Cpu;
import io.arroy.benchmarks.index.VectorDocument;
import io.arroy.benchmarks.measure.Statistics;
import io.arroy.benchmarks.peer.Fields;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;

/** Flushes segments of one size, one after another, and searches the last. */
public final class Flushing {
  private static final int PASSES = 3;

  private final Dataset data;
  private final float[][] queries;
  private final int k;

  /** Indexes rows of {@code data} and searches for the nearest {@code k} of each query. */
  public Flushing(Dataset data, float[][] queries, int k) {
    this.data = data;
    this.queries = queries;
    this.k = k;
  }

  /**
   * What it took, medians over rounds.
   *
   * @param flushMillis from when all is buffered until a reader of the segment is open
   * @param cpuMillis processor time of that, of all threads
   * @param searchMicros the median search of the segment alone
   * @param recall share of the true nearest found
   */
  public record Result(double flushMillis, double cpuMillis, double searchMicros, double recall) {}

  /** Flushes {@code rounds} segments of {@code size} vectors. */
  public Result run(Path folder, Codec codec, int size, int rounds) throws IOException {
    IOUtils.rm(folder);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(codec)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setUseCompoundFile(false)
            .setMaxBufferedDocs(Integer.MAX_VALUE)
            .setRAMBufferSizeMB(1900);
    double[] millis = new double[rounds];
    double[] cpu = new double[rounds];
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int round = 0; round < rounds; round++) {
        writer.deleteAll();
        fill(writer, size);
        long cpuBefore = Cpu.ofProcess();
        long before = System.nanoTime();
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          millis[round] = (System.nanoTime() - before) / 1e6;
          cpu[round] = (Cpu.ofProcess() - cpuBefore) / 1e6;
          if (round == rounds - 1) {
            return search(reader, Statistics.median(millis), Statistics.median(cpu));
          }
        }
      }
    }
    throw new IllegalArgumentException("no rounds");
  }

  private void fill(IndexWriter writer, int size) throws IOException {
    VectorSource.Reader rows = data.base().reader();
    float[] vector = new float[data.base().dimension()];
    VectorDocument document = new VectorDocument(vector.length, data.similarity());
    for (int i = 0; i < size; i++) {
      // Rows from all over the data, as small segments of a mixed stream have.
      int row = (int) ((long) i * data.base().size() / size);
      rows.read(row, vector, 0);
      writer.addDocument(document.with(vector, row));
    }
  }

  private Result search(DirectoryReader reader, double millis, double cpu) throws IOException {
    if (reader.leaves().size() != 1) {
      throw new IllegalStateException(reader.leaves().size() + " segments where one was flushed");
    }
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    double[] micros = new double[queries.length];
    int found = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      for (int i = 0; i < queries.length; i++) {
        KnnFloatVectorQuery query = new KnnFloatVectorQuery(Fields.VECTOR, queries[i], k);
        long before = System.nanoTime();
        ScoreDoc[] hits = searcher.search(query, k).scoreDocs;
        micros[i] = (System.nanoTime() - before) / 1e3;
        if (pass == PASSES - 1) {
          float bound = bound(reader, queries[i]);
          found += (int) Arrays.stream(hits).filter(hit -> hit.score >= bound).count();
        }
      }
    }
    double recall = (double) found / queries.length / Math.min(k, reader.numDocs());
    return new Result(millis, cpu, Statistics.median(micros), recall);
  }

  /** The score of the last of the true nearest, less what rounding may take off. */
  private float bound(DirectoryReader reader, float[] query) throws IOException {
    FloatVectorValues vectors = reader.leaves().get(0).reader().getFloatVectorValues(Fields.VECTOR);
    float[] scores = new float[vectors.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = data.similarity().compare(query, vectors.vectorValue(i));
    }
    Arrays.sort(scores);
    return scores[Math.max(0, scores.length - k)] * (1 - 1e-5f);
  }
}
