package io.arroy.lucene.suites;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.JnrThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseSegmentInfoFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;
import org.apache.lucene.util.Version;

/** Lucene's suite for segment info, which {@link ArroyCodec} passes on. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestSegmentInfo extends BaseSegmentInfoFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new ArroyCodec();
  }

  @Override
  protected Version[] getVersions() {
    return new Version[] {Version.LATEST};
  }
}
