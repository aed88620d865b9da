package io.arroy.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/**
 * Lucene's suite for vector formats, with forests of many trees and small leaves over every
 * segment, however small, and searches that go through them.
 */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestArroyVectorsFormatSmallLeaves extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new ArroyCodec(
        ForestParameters.DEFAULT
            .withTrees(9)
            .withLeafSize(2)
            .withForestFrom(0)
            .withDefaultBudget(1));
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
