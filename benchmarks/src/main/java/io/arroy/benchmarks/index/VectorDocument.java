package io.arroy.benchmarks.index;

import io.arroy.benchmarks.peer.Fields;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.VectorSimilarityFunction;

/** The document of a row: its vector and its number. One object serves for all rows in turn. */
public final class VectorDocument {

  private final Document document = new Document();
  private final KnnFloatVectorField vector;
  private final NumericDocValuesField row = new NumericDocValuesField(Fields.ROW, 0);

  /** For vectors of one length. */
  public VectorDocument(int dimension, VectorSimilarityFunction similarity) {
    vector = new KnnFloatVectorField(Fields.VECTOR, new float[dimension], similarity);
    document.add(vector);
    document.add(row);
  }

  /** The document of row {@code number}, until the next call. */
  public Document with(float[] values, int number) {
    vector.setVectorValue(values);
    row.setLongValue(number);
    return document;
  }
}
