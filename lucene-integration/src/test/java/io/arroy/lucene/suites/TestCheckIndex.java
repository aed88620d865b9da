package io.arroy.lucene.suites;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.JnrThreads;
import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.BaseTestCheckIndex;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;
import org.junit.AfterClass;
import org.junit.BeforeClass;

/** Lucene's suite for its index checker, over segments of this codec. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestCheckIndex extends BaseTestCheckIndex {
  private static Codec before;

  @BeforeClass
  public static void useCodec() {
    before = Codec.getDefault();
    Codec.setDefault(new ArroyCodec());
  }

  @AfterClass
  public static void restoreCodec() {
    Codec.setDefault(before);
  }

  public void testDeletedDocs() throws IOException {
    try (Directory directory = newDirectory()) {
      testDeletedDocs(directory);
    }
  }

  public void testChecksumsOnly() throws IOException {
    try (Directory directory = newDirectory()) {
      testChecksumsOnly(directory);
    }
  }

  public void testChecksumsOnlyVerbose() throws IOException {
    try (Directory directory = newDirectory()) {
      testChecksumsOnlyVerbose(directory);
    }
  }

  public void testObtainsLock() throws IOException {
    try (Directory directory = newDirectory()) {
      testObtainsLock(directory);
    }
  }
}
