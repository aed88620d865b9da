package io.arroy.lucene.suites;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.JnrThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseLiveDocsFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/** Lucene's suite for live docs, which {@link ArroyCodec} passes on. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestLiveDocs extends BaseLiveDocsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new ArroyCodec();
  }
}
