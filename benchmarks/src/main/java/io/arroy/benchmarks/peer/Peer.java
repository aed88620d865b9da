package io.arroy.benchmarks.peer;

import java.util.List;
import org.apache.lucene.codecs.Codec;

/** A system under measurement: how it indexes vectors, and the settings it can be searched with. */
public interface Peer {

  /** One word, for options and reports. */
  String name();

  /** What {@code IndexWriter} is to write with. */
  Codec codec();

  /**
   * Changes when what {@link #codec()} writes may have changed: an index built under another value
   * is not this peer's.
   */
  String buildVersion();

  /**
   * The settings that make its curve of recall against latency, cheapest first.
   *
   * @param k neighbours wanted
   * @param size vectors in the index
   */
  List<Setting> sweep(int k, int size);

  /** The ways to search under a filter that are to be compared, what a user gets unasked first. */
  List<FilteredVariant> filteredVariants(int k);

  /** How many queries it can be asked in the time a round may take, of {@code queries}. */
  default int affordableQueries(int queries) {
    return queries;
  }

  /**
   * A way to search under a filter.
   *
   * @param name one word, for reports
   * @param setting the setting
   */
  record FilteredVariant(String name, Setting setting) {}
}
