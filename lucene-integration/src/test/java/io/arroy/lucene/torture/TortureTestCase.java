package io.arroy.lucene.torture;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.lucene.JnrThreads;
import java.nio.file.Path;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/**
 * What the tests of this package share: each has a short form, for every build, and a long one,
 * which {@code mvn verify -Ptorture} runs.
 */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
@SuppressFileSystems("*") // child processes know only real ones
abstract class TortureTestCase extends LuceneTestCase {
  static final boolean LONG = "long".equals(System.getProperty("torture"));

  /** How much of something this form of the test does. */
  static int scale(int shortForm, int longForm) {
    return LONG ? longForm : shortForm;
  }

  /** A folder that other processes see too. */
  static Path newFolder() {
    return createTempDir().toFile().toPath();
  }
}
