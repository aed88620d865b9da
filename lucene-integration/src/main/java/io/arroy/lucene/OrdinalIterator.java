package io.arroy.lucene;

import io.arroy.forest.store.Ids;
import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;

/** The documents that have a vector, with its ordinal. */
final class OrdinalIterator extends DocIndexIterator {
  private final Ids.Cursor ids;
  private final int size;
  private final Failures failures;
  private int ordinal = -1;
  private int doc = -1;

  OrdinalIterator(Ids ids, Failures failures) {
    this.ids = ids.cursor();
    this.size = ids.size();
    this.failures = failures;
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
    try {
      return ordinal == NO_MORE_DOCS ? NO_MORE_DOCS : moveTo(ordinal + 1);
    } catch (IOException e) {
      throw failures.translate(e);
    } catch (RuntimeException e) {
      throw failures.translate(e);
    }
  }

  @Override
  public int advance(int target) throws IOException {
    try {
      boolean atEnd = ordinal == NO_MORE_DOCS || target == NO_MORE_DOCS;
      return moveTo(atEnd ? size : ids.advance(target, ordinal + 1));
    } catch (IOException e) {
      throw failures.translate(e);
    } catch (RuntimeException e) {
      throw failures.translate(e);
    }
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
