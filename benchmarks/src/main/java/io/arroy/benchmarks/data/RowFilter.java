package io.arroy.benchmarks.data;

/** Which rows a query may find. */
@FunctionalInterface
public interface RowFilter {

  /** Lets every row through. */
  RowFilter ALL = (query, row) -> true;

  /** Whether {@code query} may find {@code row}. */
  boolean accepts(int query, int row);
}
