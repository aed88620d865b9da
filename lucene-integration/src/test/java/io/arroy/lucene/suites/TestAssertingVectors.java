package io.arroy.lucene.suites;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.JnrThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/** Lucene's suite for vector formats once more, with Lucene's assertions around each call. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestAssertingVectors extends BaseKnnVectorsFormatTestCase {
  private static final KnnVectorsFormat FORMAT = new AssertingFormat();

  @Override
  protected Codec getCodec() {
    return new ArroyCodec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return FORMAT;
      }
    };
  }

  /** All vectors are stored as they are. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }
}
