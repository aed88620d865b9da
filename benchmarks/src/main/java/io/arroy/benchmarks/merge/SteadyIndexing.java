package io.arroy.benchmarks.merge;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.BuildCost;
import io.arroy.benchmarks.index.BuildMeter;
import io.arroy.benchmarks.index.IndexBuilder;
import io.arroy.benchmarks.index.VectorDocument;
import io.arroy.benchmarks.measure.Statistics;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * An application that indexes at a steady rate, with the default merge policy, and reopens its
 * reader every second.
 */
public final class SteadyIndexing {
  /** Nanoseconds that indexing is ahead before it waits: waiting costs processor time too. */
  private static final long PAUSE = 20_000_000;

  private final IndexBuilder builder;
  private final double perSecond;

  /** Adds up to {@code perSecond} vectors a second. */
  public SteadyIndexing(IndexBuilder builder, double perSecond) {
    this.builder = builder;
    this.perSecond = perSecond;
  }

  /**
   * What it took.
   *
   * @param cost time on the clock, processor time of indexing, reopening and merging, and memory
   * @param written bytes written, scratch files included; 0 where the system does not tell
   * @param reopens how often the reader was reopened
   * @param p50 milliseconds of the median reopening
   * @param p99 milliseconds that 99 of 100 reopenings stay within
   * @param slowest milliseconds of the slowest
   */
  public record Result(
      BuildCost cost, long written, int reopens, double p50, double p99, double slowest) {}

  /** Indexes the first {@code count} rows, into {@code folder}. */
  public Result run(Path folder, Codec codec, Dataset data, int count) throws IOException {
    long before = WrittenBytes.soFar();
    try (Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      Reopener reopener;
      try (IndexWriter writer = new IndexWriter(directory, builder.config(codec))) {
        reopener = new Reopener(writer);
        reopener.start();
        try {
          index(writer, data, count, meter);
        } finally {
          reopener.stop();
        }
      }
      BuildCost cost = meter.cost();
      double[] millis = reopener.millis.stream().mapToDouble(m -> m).toArray();
      return new Result(
          cost,
          WrittenBytes.soFar() - before,
          millis.length,
          Statistics.median(millis),
          Statistics.quantile(millis, .99),
          Statistics.most(millis));
    }
  }

  private void index(IndexWriter writer, Dataset data, int count, BuildMeter meter)
      throws IOException {
    VectorSource.Reader rows = data.base().reader();
    float[] vector = new float[data.base().dimension()];
    VectorDocument document = new VectorDocument(vector.length, data.similarity());
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int row = i;
      meter.exclude(() -> rows.read(row, vector, 0));
      writer.addDocument(document.with(vector, row));
      long early = start + (long) (1e9 * (i + 1) / perSecond) - System.nanoTime();
      if (early > PAUSE) {
        LockSupport.parkNanos(early);
      }
    }
  }

  /** Reopens a reader once a second, and at the end once more. */
  private static final class Reopener {
    private final IndexWriter writer;
    private final List<Double> millis = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "reopener");
    private DirectoryReader reader;

    Reopener(IndexWriter writer) throws IOException {
      this.writer = writer;
      this.reader = DirectoryReader.open(writer);
    }

    void start() {
      thread.start();
    }

    private void run() {
      try {
        boolean last = false;
        while (!last) {
          last = stopped.await(1, TimeUnit.SECONDS);
          long before = System.nanoTime();
          DirectoryReader newer = DirectoryReader.openIfChanged(reader, writer);
          millis.add((System.nanoTime() - before) / 1e6);
          if (newer != null) {
            reader.close();
            reader = newer;
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void stop() throws IOException {
      stopped.countDown();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      reader.close();
    }
  }
}
