package io.arroy.demo.search;

import com.sun.management.OperatingSystemMXBean;
import io.arroy.demo.data.DataFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;

/** Writes an index of a data folder, in the way any application would, and takes the time. */
public final class IndexBuilder {
  /** Enough that 20,000 entries make one segment at once; larger data are merged into one. */
  private static final double RAM_BUFFER_MB = 128;

  private final DataFolder data;

  /** Builds indexes of these data. */
  public IndexBuilder(DataFolder data) {
    this.data = data;
  }

  /**
   * What building took.
   *
   * @param wall by the clock on the wall
   * @param cpu of all threads of this process
   */
  public record Cost(Duration wall, Duration cpu) {}

  /**
   * Indexes the first entries into one segment.
   *
   * @param entries how many
   * @param contender whose codec to use
   * @param directory where to
   * @param progress told how many entries are in, after each
   */
  public Cost build(int entries, Contender contender, Directory directory, IntConsumer progress)
      throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(new EnglishAnalyzer());
    config.setCodec(contender.codec().get());
    config.setRAMBufferSizeMB(RAM_BUFFER_MB);
    // Compound files would hide the sizes that the demo lists; they work just as well.
    config.setUseCompoundFile(false);
    config.getMergePolicy().setNoCFSRatio(0);
    long wall = System.nanoTime();
    long cpu = cpuNanos();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int row = 0; row < entries; row++) {
        writer.addDocument(Fields.document(data.entries().get(row), data.vectors().row(row)));
        progress.accept(row + 1);
      }
      writer.forceMerge(1);
    }
    return new Cost(Duration.ofNanos(System.nanoTime() - wall), Duration.ofNanos(cpuNanos() - cpu));
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
