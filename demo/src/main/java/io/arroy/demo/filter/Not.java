package io.arroy.demo.filter;

import io.arroy.demo.data.Entry;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;

/** Another condition does not hold. */
record Not(Condition condition) implements Condition {
  @Override
  public boolean accepts(Entry entry) {
    return !condition.accepts(entry);
  }

  @Override
  public Query query() {
    return query(condition.query());
  }

  /** What a query does not find. */
  static Query query(Query found) {
    return new BooleanQuery.Builder()
        .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
        .add(found, Occur.MUST_NOT)
        .build();
  }

  @Override
  public String toString() {
    return "not " + condition;
  }
}
