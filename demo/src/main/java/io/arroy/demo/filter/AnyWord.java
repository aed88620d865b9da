package io.arroy.demo.filter;

import io.arroy.demo.data.Entry;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;

/** A field holds one of these words. */
record AnyWord(String field, List<String> words) implements Condition {
  AnyWord {
    words = List.copyOf(words);
  }

  @Override
  public boolean accepts(Entry entry) {
    return !Collections.disjoint(entry.words(field), words);
  }

  @Override
  public Query query() {
    return new TermInSetQuery(field, words.stream().map(BytesRef::new).toList());
  }

  @Override
  public String toString() {
    return field + " = " + String.join(" or ", words);
  }
}
