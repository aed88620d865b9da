package io.arroy.lucene;

import io.arroy.forest.store.Ids;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.search.VectorScorer;

/** The vectors of a field of bytes. */
final class ForestByteVectorValues extends ByteVectorValues {
  private final VectorField field;
  private final Vectors.Cursor vectors;
  private final Ids.Cursor ids;
  private final DocIndexIterator sparse;
  private final byte[] value;

  ForestByteVectorValues(VectorField field) {
    this.field = field;
    this.vectors = field.index().vectors().cursor();
    this.ids = field.index().ids().cursor();
    this.sparse = field.index().ids().dense() ? null : field.iterator();
    this.value = new byte[dimension()];
  }

  @Override
  public int dimension() {
    return field.index().description().dimension();
  }

  @Override
  public int size() {
    return field.index().size();
  }

  @Override
  public byte[] vectorValue(int ordinal) throws IOException {
    try {
      vectors.get(ordinal, value);
      return value;
    } catch (IOException e) {
      throw field.translate(e);
    } catch (RuntimeException e) {
      throw field.translate(e);
    }
  }

  @Override
  public int ordToDoc(int ordinal) {
    try {
      return ids.id(ordinal);
    } catch (IOException e) {
      throw new UncheckedIOException(field.translate(e));
    } catch (RuntimeException e) {
      throw field.translate(e);
    }
  }

  /** As in Lucene's own format: one iterator for sparse vectors, a new one each time for others. */
  @Override
  public DocIndexIterator iterator() {
    return sparse == null ? field.iterator() : sparse;
  }

  @Override
  public VectorScorer scorer(byte[] query) {
    return size() == 0 ? null : new ExactScorer(field.scorer(query), field.iterator());
  }

  @Override
  public ForestByteVectorValues copy() {
    return new ForestByteVectorValues(field);
  }
}
