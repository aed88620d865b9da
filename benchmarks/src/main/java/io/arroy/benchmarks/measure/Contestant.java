package io.arroy.benchmarks.measure;

import io.arroy.benchmarks.index.OpenIndex;
import io.arroy.benchmarks.peer.Setting;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.lucene.search.Query;

/**
 * A system that takes part in a measurement.
 *
 * @param name its name in reports
 * @param index what it searches
 * @param settings those to measure
 * @param queries how many of the queries it is asked, the first ones
 * @param filter what each query, by number, may find; null for everything
 */
public record Contestant(
    String name, OpenIndex index, List<Setting> settings, int queries, IntFunction<Query> filter) {

  /** Copies the list. */
  public Contestant {
    settings = List.copyOf(settings);
  }

  Query filter(int query) {
    return filter == null ? null : filter.apply(query);
  }
}
