package io.arroy.lucene;

import io.arroy.forest.store.Ids;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.VectorScorer;

/** The vectors of a field of floats. */
final class ForestFloatVectorValues extends FloatVectorValues {
  private final VectorField field;
  private final Vectors.Cursor vectors;
  private final Ids.Cursor ids;
  private final DocIndexIterator sparse;
  private final float[] value;

  ForestFloatVectorValues(VectorField field) {
    this.field = field;
    this.vectors = field.index().vectors().cursor();
    this.ids = field.index().ids().cursor();
    this.sparse = field.index().ids().dense() ? null : field.iterator();
    this.value = new float[dimension()];
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
  public float[] vectorValue(int ordinal) throws IOException {
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
  public VectorScorer scorer(float[] query) {
    return size() == 0 ? null : new ExactScorer(field.scorer(query), field.iterator());
  }

  @Override
  public ForestFloatVectorValues copy() {
    return new ForestFloatVectorValues(field);
  }
}
