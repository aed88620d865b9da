package io.arroy.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseCompoundFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/** Lucene's suite for compound formats. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestArroyCompoundFormat extends BaseCompoundFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new ArroyCodec();
  }
}
