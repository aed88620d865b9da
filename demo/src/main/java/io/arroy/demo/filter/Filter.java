package io.arroy.demo.filter;

import io.arroy.demo.data.Entry;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;

/** Conditions that must all hold. Its string form is for people. */
public final class Filter {
  /** Accepts everything. */
  public static final Filter NONE = new Filter(List.of());

  private final List<Condition> conditions;

  Filter(List<Condition> conditions) {
    this.conditions = List.copyOf(conditions);
  }

  /** This filter, but for the entry of this id. */
  public Filter without(Entry entry) {
    Stream<Condition> others = Stream.of(new AllBut(entry.id()));
    return new Filter(Stream.concat(conditions.stream(), others).toList());
  }

  /** Whether an entry meets all conditions, found without Lucene. */
  public boolean accepts(Entry entry) {
    for (Condition condition : conditions) {
      if (!condition.accepts(entry)) {
        return false;
      }
    }
    return true;
  }

  /** The query that finds the accepted entries, or null, as Lucene has it, where all are. */
  public Query query() {
    if (conditions.size() <= 1) {
      return conditions.isEmpty() ? null : conditions.get(0).query();
    }
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (Condition condition : conditions) {
      all.add(condition.query(), Occur.FILTER);
    }
    return all.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Filter filter && conditions.equals(filter.conditions);
  }

  @Override
  public int hashCode() {
    return conditions.hashCode();
  }

  @Override
  public String toString() {
    return conditions.isEmpty()
        ? "none"
        : conditions.stream().map(Condition::toString).collect(Collectors.joining(" and "));
  }
}
