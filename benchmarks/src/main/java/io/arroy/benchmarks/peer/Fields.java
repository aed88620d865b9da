package io.arroy.benchmarks.peer;

/** The fields of a benchmark's documents. */
public final class Fields {

  /** The vector. */
  public static final String VECTOR = "vector";

  /** The row of the vector in its data set, as a doc value: merges may reorder documents. */
  public static final String ROW = "row";

  private Fields() {}
}
