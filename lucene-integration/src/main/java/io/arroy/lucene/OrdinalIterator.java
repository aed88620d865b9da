package io.arroy.lucene;

import io.arroy.forest.store.Ids;
import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;

/** The documents that have a vector, with its ordinal. */
final class OrdinalIterator extends DocIndexIterator {
  private final Ids.Cursor ids;
  private final int size;
  private int ordinal = -1;
  private int doc = -1;

  OrdinalIterator(Ids ids) {
    this.ids = ids.cursor();
    this.size = ids.size();
  }

  @Override
  public int docID() {
    return doc;
  }

  @Override
  public int index() {
    return ordinal;
  }

  @Override
  public int nextDoc() throws IOException {
    return ordinal == NO_MORE_DOCS ? NO_MORE_DOCS : moveTo(ordinal + 1);
  }

  @Override
  public int advance(int target) throws IOException {
    return ordinal == NO_MORE_DOCS || target == NO_MORE_DOCS
        ? moveTo(size)
        : moveTo(ids.advance(target, ordinal + 1));
  }

  private int moveTo(int next) throws IOException {
    ordinal = next < size ? next : NO_MORE_DOCS;
    doc = next < size ? ids.id(next) : NO_MORE_DOCS;
    return doc;
  }

  @Override
  public long cost() {
    return size;
  }
}
