package io.arroy.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's suite for vector formats, inside a codec that knows nothing of environments. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestArroyVectorsFormatForeignCodec extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.alwaysKnnVectorsFormat(new ArroyVectorsFormat());
  }

  /** All vectors are stored as they are. */
  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }

  /** Equal segments give equal files: their forests depend on the vectors and the seed alone. */
  @Override
  protected boolean mergeIsStable() {
    return true;
  }
}
