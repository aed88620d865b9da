package io.arroy.benchmarks.data;

import io.arroy.cli.vectors.VectorSource;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * What a benchmark runs on.
 *
 * @param name the folder's name, for reports
 * @param folder where it was read from
 * @param fingerprint changes when the base changes; part of the names of cached results
 * @param base the vectors to index
 * @param queries held-out vectors to search with
 * @param similarity how nearness is measured
 * @param truth the nearest rows of each query in the whole base, or null if the folder has none
 * @param kinds the kind of each query, empty if the folder says nothing about them
 */
public record Dataset(
    String name,
    Path folder,
    String fingerprint,
    VectorSource base,
    VectorSource queries,
    VectorSimilarityFunction similarity,
    Neighbors truth,
    List<String> kinds) {

  /** Copies the list. */
  public Dataset {
    kinds = List.copyOf(kinds);
  }

  /**
   * Only the first {@code count} vectors of the base: what the truth says about the whole is then
   * no longer known.
   */
  public Dataset limit(int count) {
    if (count >= base.size()) {
      return this;
    }
    return new Dataset(
        name,
        folder,
        fingerprint + "-" + count,
        base.head(count),
        queries,
        similarity,
        null,
        kinds);
  }

  /** Bytes of the base vectors as an index stores them: four for each element. */
  public long rawBytes() {
    return (long) base.size() * base.dimension() * Float.BYTES;
  }
}
