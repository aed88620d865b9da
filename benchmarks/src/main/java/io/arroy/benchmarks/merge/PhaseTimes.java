package io.arroy.benchmarks.merge;

import io.arroy.benchmarks.index.IndexBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.InfoStream;

/** How long each phase of a merge takes, as the format tells Lucene's {@link InfoStream}. */
public final class PhaseTimes {
  private final IndexBuilder builder;

  /** Uses the settings of {@code builder}. */
  public PhaseTimes(IndexBuilder builder) {
    this.builder = builder;
  }

  /**
   * Merges the index in {@code folder} to one segment.
   *
   * @return nanoseconds of each phase, in the order in which they began
   */
  public Map<String, Long> merge(Path folder, Codec codec) throws IOException {
    Phases phases = new Phases();
    IndexWriterConfig config =
        builder.config(codec).setInfoStream(phases).setMergeScheduler(new SerialMergeScheduler());
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      writer.forceMerge(1);
      phases.end();
    }
    return phases.nanos;
  }

  /** Nanoseconds of all these phases. */
  public static long sum(Map<String, Long> nanos) {
    return nanos.values().stream().mapToLong(Long::longValue).sum();
  }

  private static final class Phases extends PhaseStream {
    private final Map<String, Long> nanos = new LinkedHashMap<>();
    private String phase;
    private long since;

    @Override
    synchronized void phase(String name) {
      if (!name.equals(phase)) {
        end();
        phase = name;
      }
    }

    private synchronized void end() {
      long now = System.nanoTime();
      if (phase != null) {
        nanos.merge(phase, now - since, Long::sum);
      }
      since = now;
      phase = null;
    }
  }
}
