package io.arroy.demo.filter;

import io.arroy.demo.data.Entry;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** Every entry but the one of this id. */
record AllBut(String id) implements Condition {
  /** The field that ids are indexed in. */
  static final String FIELD = "id";

  @Override
  public boolean accepts(Entry entry) {
    return !entry.id().equals(id);
  }

  @Override
  public Query query() {
    return Not.query(new TermQuery(new Term(FIELD, id)));
  }

  @Override
  public String toString() {
    return "id ≠ " + id;
  }
}
