package io.arroy.lucene;

import io.arroy.forest.ItemWriter;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.BuildMonitor;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter.MergedVectorValues;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DocIDMerger;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.VectorEncoding;

/**
 * A field of the segments of a merge: its vectors in the order of the merged documents, and the
 * forests over them, one of which may be gone on with.
 */
final class MergedField {
  private final List<Segment> segments = new ArrayList<>();
  private final boolean sorted;
  private long most;

  /** Finds the segments that have the field, in our format or another. */
  MergedField(FieldInfo info, MergeState mergeState) throws IOException {
    sorted = mergeState.needsIndexSort;
    for (int i = 0; i < mergeState.knnVectorsReaders.length; i++) {
      if (MergedVectorValues.hasVectorValues(mergeState.fieldInfos[i], info.name)) {
        KnnVectorsReader reader = mergeState.knnVectorsReaders[i];
        VectorField field = fieldOrNull(info, reader);
        MergeState.DocMap docMap = mergeState.docMaps[i];
        segments.add(
            field != null
                ? new OfOurs(docMap, field)
                : info.getVectorEncoding() == VectorEncoding.BYTE
                    ? new OfBytes(docMap, reader.getByteVectorValues(info.name))
                    : new OfFloats(docMap, reader.getFloatVectorValues(info.name)));
        most += segments.getLast().docs.cost();
      }
    }
  }

  private static VectorField fieldOrNull(FieldInfo info, KnnVectorsReader reader) {
    KnnVectorsReader found =
        reader instanceof PerFieldKnnVectorsFormat.FieldsReader fieldsReader
            ? fieldsReader.getFieldReader(info.name)
            : reader;
    return found instanceof ArroyVectorsReader ours ? ours.fieldOrNull(info.name) : null;
  }

  /** Adds all vectors whose documents are not deleted. */
  void copyTo(ItemWriter items, BuildMonitor monitor) throws IOException {
    DocIDMerger<Segment> merger = DocIDMerger.of(segments, sorted);
    for (Segment segment = merger.next(); segment != null; segment = merger.next()) {
      if (items.count() % SegmentMonitor.INTERVAL == 0) {
        monitor.check();
        monitor.progress("vectors", items.count(), most);
      }
      segment.addTo(items);
    }
  }

  /**
   * The forests of segments of our format, once all vectors are copied. Must be read while the
   * merge has its readers open.
   */
  List<ForestInput> forests() {
    List<ForestInput> inputs = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment instanceof OfOurs ours && ours.ordinals.length > 0) {
        inputs.add(ours.field.index().asInput(ours.ordinals));
      }
    }
    return inputs;
  }

  @Override
  public String toString() {
    return "merged from " + segments;
  }

  private abstract static class Segment extends DocIDMerger.Sub {
    final DocIndexIterator docs;

    Segment(MergeState.DocMap docMap, DocIndexIterator docs) {
      super(docMap);
      this.docs = docs;
    }

    @Override
    public int nextDoc() throws IOException {
      return docs.nextDoc();
    }

    /** Adds the vector of the document it stands at. */
    abstract void addTo(ItemWriter items) throws IOException;
  }

  private static final class OfOurs extends Segment {
    final VectorField field;

    /** The ordinal in the merged segment of each vector, -1 for those of deleted documents. */
    final int[] ordinals;

    private final Vectors.Cursor vectors;

    OfOurs(MergeState.DocMap docMap, VectorField field) {
      super(docMap, field.iterator());
      this.field = field;
      this.vectors = field.index().vectors().cursor();
      this.ordinals = new int[field.index().size()];
      Arrays.fill(ordinals, -1);
    }

    @Override
    void addTo(ItemWriter items) throws IOException {
      MemorySegment vector;
      try {
        vector = vectors.get(docs.index());
      } catch (IOException e) {
        throw field.translate(e);
      }
      ordinals[docs.index()] = items.count();
      items.addStored(mappedDocID, vector);
    }

    @Override
    public String toString() {
      return field.failures().toString();
    }
  }

  private static final class OfFloats extends Segment {
    private final FloatVectorValues vectors;

    OfFloats(MergeState.DocMap docMap, FloatVectorValues vectors) {
      super(docMap, vectors.iterator());
      this.vectors = vectors;
    }

    @Override
    void addTo(ItemWriter items) throws IOException {
      items.add(mappedDocID, vectors.vectorValue(docs.index()));
    }

    @Override
    public String toString() {
      return name(vectors);
    }
  }

  private static final class OfBytes extends Segment {
    private final ByteVectorValues vectors;

    OfBytes(MergeState.DocMap docMap, ByteVectorValues vectors) {
      super(docMap, vectors.iterator());
      this.vectors = vectors;
    }

    @Override
    void addTo(ItemWriter items) throws IOException {
      items.add(mappedDocID, vectors.vectorValue(docs.index()));
    }

    @Override
    public String toString() {
      return name(vectors);
    }
  }

  private static String name(KnnVectorValues vectors) {
    return vectors.size() + " vectors of another format";
  }
}
