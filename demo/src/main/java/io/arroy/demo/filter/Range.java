package io.arroy.demo.filter;

import io.arroy.demo.data.Entry;
import org.apache.lucene.document.LongField;
import org.apache.lucene.search.Query;

/** A field's number lies between two others, both included. Entries without the field fail. */
record Range(String field, long low, long high) implements Condition {
  @Override
  public boolean accepts(Entry entry) {
    Long number = entry.numbers().get(field);
    return number != null && low <= number && number <= high;
  }

  @Override
  public Query query() {
    return LongField.newRangeQuery(field, low, high);
  }

  @Override
  public String toString() {
    if (low == high) {
      return field + " = " + low;
    }
    if (high == Long.MAX_VALUE) {
      return field + " ≥ " + low;
    }
    return low == Long.MIN_VALUE ? field + " ≤ " + high : low + " ≤ " + field + " ≤ " + high;
  }
}
