package io.arroy.lucene;

import io.arroy.forest.store.Ids;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;

/** The forests that segments of a merge have over a field. One of them may be gone on with. */
final class MergedForests {
  private final List<VectorField> fields = new ArrayList<>();
  private final List<MergeState.DocMap> docMaps = new ArrayList<>();
  private final int[] ordinalOfDoc;

  /** Finds them. Segments that hold the field in another format have none. */
  MergedForests(FieldInfo info, MergeState mergeState) {
    for (int i = 0; i < mergeState.knnVectorsReaders.length; i++) {
      KnnVectorsReader reader = mergeState.knnVectorsReaders[i];
      if (reader instanceof PerFieldKnnVectorsFormat.FieldsReader fieldsReader) {
        reader = fieldsReader.getFieldReader(info.name);
      }
      VectorField field =
          reader instanceof ArroyVectorsReader arroy ? arroy.fieldOrNull(info.name) : null;
      if (field != null && field.index().size() > 0) {
        fields.add(field);
        docMaps.add(mergeState.docMaps[i]);
      }
    }
    ordinalOfDoc = new int[fields.isEmpty() ? 0 : mergeState.segmentInfo.maxDoc()];
    Arrays.fill(ordinalOfDoc, -1);
  }

  /** Tells which document of the merged segment an ordinal has there. */
  void add(int doc, int ordinal) {
    if (ordinalOfDoc.length > 0) {
      ordinalOfDoc[doc] = ordinal;
    }
  }

  /** They, once all documents are known. Must be read while the merge has its readers open. */
  List<ForestInput> inputs() throws IOException {
    List<ForestInput> inputs = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      VectorField field = fields.get(i);
      try {
        int[] ordinals = new int[field.index().size()];
        Ids.Cursor ids = field.index().ids().cursor();
        for (int ordinal = 0; ordinal < ordinals.length; ordinal++) {
          int doc = docMaps.get(i).get(ids.id(ordinal));
          ordinals[ordinal] = doc < 0 ? -1 : ordinalOfDoc[doc];
        }
        inputs.add(field.index().asInput(ordinals));
      } catch (IOException e) {
        throw field.translate(e);
      }
    }
    return inputs;
  }

  @Override
  public String toString() {
    return "merged from " + fields.stream().map(VectorField::failures).toList();
  }
}
