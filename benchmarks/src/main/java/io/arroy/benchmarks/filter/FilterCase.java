package io.arroy.benchmarks.filter;

import io.arroy.benchmarks.data.Neighbors;
import org.apache.lucene.util.FixedBitSet;

/** One filter, or one for each query, and what is nearest under it. */
public interface FilterCase {

  /** The share of rows it lets through. */
  double pass();

  /** -1, 0 or 1 as it avoids, ignores or seeks what is near the query; "real" if made by nobody. */
  String correlation();

  /** What it is called, or null if pass rate and correlation say all. */
  String name();

  /** The rows that {@code query} may find; the same object for queries with the same filter. */
  FixedBitSet rows(int query);

  /** The nearest of these rows. */
  Neighbors truth();
}
