package io.arroy.demo.filter;

import io.arroy.demo.data.Entry;
import org.apache.lucene.search.Query;

/** What a filter asks of one field. Its string form is for people. */
interface Condition {
  /** Whether an entry meets it, found without Lucene. */
  boolean accepts(Entry entry);

  /** The query that finds the entries that meet it. */
  Query query();
}
