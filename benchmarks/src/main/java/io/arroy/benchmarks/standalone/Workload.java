package io.arroy.benchmarks.standalone;

import io.arroy.benchmarks.filter.FilterCase;
import io.arroy.cli.vectors.VectorSource;
import java.util.List;
import java.util.Locale;

/**
 * The work that every system is given.
 *
 * @param items vectors to index; their numbers are the ids
 * @param queries vectors to search with
 * @param cosine whether distance is cosine; Euclidean if not
 * @param changed ids of the items that an update gives another vector
 * @param replacements these vectors, in the same order
 * @param filters what the first queries may find in filtered searches
 * @param filteredQueries how many queries have filters
 * @param threads how many threads may build
 */
public record Workload(
    float[][] items,
    float[][] queries,
    boolean cosine,
    int[] changed,
    float[][] replacements,
    List<FilterCase> filters,
    int filteredQueries,
    int threads) {

  /** Copies the list. */
  public Workload {
    filters = List.copyOf(filters);
  }

  /** The name of a filter, which is that of its file too. */
  public static String name(FilterCase filter) {
    return String.format(Locale.ROOT, "filter-%s.bits", filter.pass());
  }

  /** The filter of this name. */
  FilterCase filter(String name) {
    return filters.stream()
        .filter(filter -> name(filter).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no filter " + name));
  }

  /** Number of elements of a vector. */
  int dimension() {
    return queries[0].length;
  }

  /** The items as they are after the update. */
  public VectorSource updatedItems() {
    float[][] updated = items.clone();
    for (int i = 0; i < changed.length; i++) {
      updated[changed[i]] = replacements[i];
    }
    return new Arrays(updated);
  }

  private record Arrays(float[][] rows) implements VectorSource {
    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public int dimension() {
      return rows[0].length;
    }

    @Override
    public Reader reader() {
      return (row, target, offset) -> System.arraycopy(rows[row], 0, target, offset, dimension());
    }
  }
}
