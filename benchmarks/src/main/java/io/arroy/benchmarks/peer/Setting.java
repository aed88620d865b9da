package io.arroy.benchmarks.peer;

import java.io.IOException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;

/** One value of what a system lets its users trade recall for time with. */
public interface Setting {

  /** One word, for reports. */
  String label();

  /**
   * Searches.
   *
   * @param filter what may be found, or null for everything
   * @param tally is told the work done
   */
  TopDocs search(IndexSearcher searcher, float[] target, int k, Query filter, Tally tally)
      throws IOException;
}
