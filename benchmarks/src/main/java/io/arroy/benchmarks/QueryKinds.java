package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Which of the asked queries are of which kind. */
final class QueryKinds {

  private final Map<String, List<Integer>> queries;

  private QueryKinds(Map<String, List<Integer>> queries) {
    this.queries = queries;
  }

  /** Of the queries {@code chosen} of {@code data}. */
  static QueryKinds of(Dataset data, int[] chosen) {
    Map<String, List<Integer>> queries = new TreeMap<>();
    if (!data.kinds().isEmpty()) {
      for (int i = 0; i < chosen.length; i++) {
        queries.computeIfAbsent(data.kinds().get(chosen[i]), kind -> new ArrayList<>()).add(i);
      }
    }
    return new QueryKinds(queries);
  }

  /**
   * Calls {@code action} with each kind and its queries' positions among the first {@code asked}.
   */
  void forEach(int asked, BiConsumer<String, int[]> action) {
    queries.forEach(
        (kind, positions) -> {
          int[] own = positions.stream().mapToInt(i -> i).filter(i -> i < asked).toArray();
          if (own.length > 0) {
            action.accept(kind, own);
          }
        });
  }
}
