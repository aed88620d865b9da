package io.arroy.benchmarks.standalone;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A vector index used by itself, without Lucene. Closing it removes nothing. */
public interface StandaloneSystem extends Closeable {

  /** The label of the setting that is none. */
  String DEFAULT = "default";

  /** Its name in reports. */
  String name();

  /** The version that is measured. */
  String version();

  /** Whether a search may be limited to some items. */
  boolean filters();

  /** Whether items can get other vectors without building everything anew. */
  boolean updates();

  /**
   * Search settings, the default first, then those that spend less before those that spend more.
   */
  List<String> settings(int k);

  /** Builds an index of all items from nothing. */
  BuiltIndex build() throws IOException;

  /** Gives the workload's changed items their new vectors. */
  BuiltIndex update() throws IOException;

  /** Asks some queries, one after the other. */
  Answers search(SearchRequest request) throws IOException;
}
