package io.arroy.lucene.suites;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.JnrThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseFieldInfoFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/** Lucene's suite for field info, which {@link ArroyCodec} passes on. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestFieldInfo extends BaseFieldInfoFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new ArroyCodec();
  }
}
