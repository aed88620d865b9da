package io.arroy.benchmarks.merge;

import io.arroy.benchmarks.index.IndexBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.InfoStream;

/** Merges that are ended before their time. */
public final class Aborting {
  private final IndexBuilder builder;

  /** Uses the settings of {@code builder}. */
  public Aborting(IndexBuilder builder) {
    this.builder = builder;
  }

  /**
   * How a merge was ended.
   *
   * @param phase what it was doing, as it told the {@link InfoStream} last; {@code none} where it
   *     tells nothing, {@code over} where it was over already
   * @param tookNanos how long {@link IndexWriter#rollback} took
   */
  public record Abort(String phase, long tookNanos) {}

  /** Merges the index in {@code folder} to one segment, and rolls that back after some time. */
  public Abort abort(Path folder, Codec codec, long afterNanos) throws IOException {
    AtomicReference<String> phase = new AtomicReference<>("none");
    AtomicReference<Exception> failure = new AtomicReference<>();
    IndexWriterConfig config = builder.config(codec).setInfoStream(new Phases(phase));
    try (Directory directory = FSDirectory.open(folder)) {
      IndexWriter writer = new IndexWriter(directory, config);
      Thread merge = new Thread(() -> merge(writer, phase, failure), "merge");
      merge.start();
      sleep(afterNanos);
      String met = phase.get();
      long start = System.nanoTime();
      writer.rollback();
      long took = System.nanoTime() - start;
      join(merge);
      if (failure.get() != null && met.equals("over")) {
        throw new IOException("the merge failed", failure.get());
      }
      return new Abort(met, took);
    }
  }

  private static void merge(
      IndexWriter writer, AtomicReference<String> phase, AtomicReference<Exception> failure) {
    try {
      writer.forceMerge(1);
    } catch (IOException | AlreadyClosedException e) {
      // As it should be, unless nobody had ended it.
      failure.set(e);
    }
    phase.set("over");
  }

  private static void sleep(long nanos) {
    try {
      Thread.sleep(nanos / 1_000_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Notes the phase that was told last. */
  private static final class Phases extends PhaseStream {
    private final AtomicReference<String> last;

    Phases(AtomicReference<String> last) {
      this.last = last;
    }

    @Override
    void phase(String name) {
      last.set(name);
    }
  }
}
