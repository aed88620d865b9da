package io.arroy.benchmarks;

import io.arroy.benchmarks.report.Facts;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.util.Version;

/** What a measurement ran on. */
final class Machine {

  private Machine() {}

  /** Prints it; without {@code vectorized} kernels nothing here says much. */
  static void describe(Facts facts) {
    Runtime runtime = Runtime.getRuntime();
    facts.line(
        "machine",
        "processors",
        runtime.availableProcessors(),
        "max_heap_mb",
        runtime.maxMemory() >> 20,
        "arch",
        System.getProperty("os.arch"),
        "java",
        Runtime.version(),
        "lucene",
        Version.LATEST,
        "vectorized",
        FlatVectorScorerUtil.getLucene99FlatVectorsScorer()
            .getClass()
            .getSimpleName()
            .contains("MemorySegment"));
  }
}
