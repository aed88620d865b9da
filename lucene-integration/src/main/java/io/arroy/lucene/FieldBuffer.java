package io.arroy.lucene;

import io.arroy.forest.ItemWriter;
import io.arroy.forest.distance.FloatKernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.RamUsageEstimator;

/** The vectors of a field until they are flushed. */
abstract class FieldBuffer<T> extends KnnFieldVectorsWriter<T> {
  private static final long SHALLOW_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(FieldBuffer.class);

  private final FieldInfo info;
  private final long vectorBytes;
  private final List<T> vectors = new ArrayList<>();
  private final DocsWithFieldSet docs = new DocsWithFieldSet();
  private int lastDoc = -1;

  private FieldBuffer(FieldInfo info) {
    this.info = info;
    this.vectorBytes =
        RamUsageEstimator.alignObjectSize(
                RamUsageEstimator.NUM_BYTES_ARRAY_HEADER
                    + (long) info.getVectorDimension() * info.getVectorEncoding().byteSize)
            + RamUsageEstimator.NUM_BYTES_OBJECT_REF;
  }

  static FieldBuffer<?> of(FieldInfo info) {
    return info.getVectorEncoding() == VectorEncoding.BYTE ? new OfBytes(info) : new OfFloats(info);
  }

  abstract void add(ItemWriter items, int doc, T vector) throws IOException;

  /** Refuses one document here, where at flush the writer would be lost. */
  abstract void check(int doc, T vector);

  FieldInfo info() {
    return info;
  }

  @Override
  public void addValue(int docID, T vectorValue) {
    if (docID == lastDoc) {
      throw new IllegalArgumentException(
          "VectorValuesField \""
              + info.name
              + "\" appears more than once in this document (only one value is allowed per field)");
    }
    check(docID, vectorValue);
    vectors.add(copyValue(vectorValue));
    docs.add(docID);
    lastDoc = docID;
  }

  @Override
  public long ramBytesUsed() {
    return SHALLOW_BYTES + docs.ramBytesUsed() + vectors.size() * vectorBytes;
  }

  /** Passes all on in the order of the documents, {@code sortMap}'s unless that is null. */
  void write(ItemWriter items, Sorter.DocMap sortMap) throws IOException {
    if (sortMap == null) {
      DocIdSetIterator iterator = docs.iterator();
      for (T vector : vectors) {
        add(items, iterator.nextDoc(), vector);
      }
      return;
    }
    int[] oldOrdinals = new int[vectors.size()];
    DocsWithFieldSet newDocs = new DocsWithFieldSet();
    KnnVectorsWriter.mapOldOrdToNewOrd(docs, sortMap, null, oldOrdinals, newDocs);
    DocIdSetIterator iterator = newDocs.iterator();
    for (int oldOrdinal : oldOrdinals) {
      add(items, iterator.nextDoc(), vectors.get(oldOrdinal));
    }
  }

  private static final class OfFloats extends FieldBuffer<float[]> {
    OfFloats(FieldInfo info) {
      super(info);
    }

    @Override
    public float[] copyValue(float[] vectorValue) {
      return vectorValue.clone();
    }

    @Override
    void check(int doc, float[] vector) {
      if (Float.isFinite(FloatKernels.BEST.dot(vector, 0, vector, 0, vector.length))) {
        return;
      }
      // Some value is not finite, or the sum of their squares is too large to be.
      for (int i = 0; i < vector.length; i++) {
        if (!Float.isFinite(vector[i])) {
          throw new IllegalArgumentException(
              "field \""
                  + info().name
                  + "\" of document "
                  + doc
                  + " holds "
                  + vector[i]
                  + " at position "
                  + i
                  + ", values must be finite");
        }
      }
    }

    @Override
    void add(ItemWriter items, int doc, float[] vector) throws IOException {
      items.add(doc, vector);
    }
  }

  private static final class OfBytes extends FieldBuffer<byte[]> {
    OfBytes(FieldInfo info) {
      super(info);
    }

    @Override
    public byte[] copyValue(byte[] vectorValue) {
      return vectorValue.clone();
    }

    @Override
    void check(int doc, byte[] vector) {}

    @Override
    void add(ItemWriter items, int doc, byte[] vector) throws IOException {
      items.add(doc, vector);
    }
  }
}
