package io.arroy.lucene.suites;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.JnrThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BasePointsFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;
import org.junit.BeforeClass;

/** Lucene's suite for points, which {@link ArroyCodec} passes on; of the long form. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestPointsFormat extends BasePointsFormatTestCase {
  @BeforeClass
  public static void beforeLongForm() {
    assumeTrue("of the long form", "long".equals(System.getProperty("torture")));
  }

  @Override
  protected Codec getCodec() {
    return new ArroyCodec();
  }
}
