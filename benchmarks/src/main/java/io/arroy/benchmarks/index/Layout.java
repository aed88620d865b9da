package io.arroy.benchmarks.index;

import java.util.Locale;

/** How an index is left after indexing. */
public enum Layout {
  /** As the default merge policy leaves it. */
  NATURAL,
  /** Force-merged to one segment. */
  MERGED;

  /** The word for it in options and reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
