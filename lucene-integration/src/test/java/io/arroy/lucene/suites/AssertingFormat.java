package io.arroy.lucene.suites;

import io.arroy.lucene.ArroyVectorsFormat;
import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.lang.reflect.Field;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.tests.codecs.asserting.AssertingKnnVectorsFormat;

/** {@link ArroyVectorsFormat} behind the assertions that Lucene's AssertingCodec makes. */
public final class AssertingFormat extends KnnVectorsFormat {
  private final KnnVectorsFormat checked = new AssertingKnnVectorsFormat();

  /** For Lucene, which finds it by its name when it reads a segment. */
  public AssertingFormat() {
    super("AssertingArroy");
    ForestParameters parameters = ForestParameters.DEFAULT.withForestFrom(20).withLeafSize(5);
    try {
      // Lucene lets nothing but its own default format be checked.
      Field delegate = AssertingKnnVectorsFormat.class.getDeclaredField("delegate");
      delegate.setAccessible(true);
      delegate.set(checked, new ArroyVectorsFormat(parameters));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Lucene's asserting format has changed", e);
    }
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return checked.fieldsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return checked.fieldsReader(state);
  }

  @Override
  public int getMaxDimensions(String field) {
    return new ArroyVectorsFormat().getMaxDimensions(field);
  }
}
