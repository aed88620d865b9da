package io.arroy.forest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import io.arroy.forest.inspect.Validation;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentFile;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.store.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/**
 * A live index larger than memory: it is built, and then updated, in a process whose heap has no
 * room for its vectors, and which holds no more outside the heap than it was told and
 * docs/features.md says. What comes of it is sound, and a search finds in it what it should.
 */
@ThreadLeakFilters(filters = JnrThreads.class)
@TimeoutSuite(millis = 60 * 60 * 1000)
public class TestLittleMemory extends RandomizedTest {
  private static final boolean LONG = "long".equals(System.getProperty("torture"));
  private static final int ITEMS = LONG ? 60_000 : 8000;
  private static final int DIMENSION = 512;
  private static final long MEMORY = (LONG ? 8L : 1L) << 20;
  private static final int HEAP_MB = LONG ? 32 : 14;

  /** What malloc and the compiler hold beside, and the block that is written at the moment. */
  private static final long BESIDE = 7 << 20;

  @Test
  public void testBuildsStayWithinTheirMemory() throws Exception {
    assumeTrue("Linux tells", Files.isReadable(Path.of("/proc/self/status")));
    Path file = newTempDir().resolve("live.mdb");
    List<String> limits =
        List.of(
            "-Xms" + HEAP_MB + "m",
            "-Xmx" + HEAP_MB + "m",
            "-XX:+AlwaysPreTouch",
            "-XX:MaxDirectMemorySize=1m");
    Process process = OtherJvm.start(limits, LittleMemory.class, file, ITEMS, DIMENSION, MEMORY);
    List<String> lines = process.inputReader(UTF_8).lines().toList();
    assertEquals(String.join("\n", lines), 0, process.waitFor());
    // The transaction that builds holds what docs/features.md says of leaves and codes.
    long leaves = (long) ITEMS * (DIMENSION / 8 + DIMENSION / 12 + 28 + 12 + DIMENSION / 8);
    long most = MEMORY + leaves + BESIDE;
    assertTrue(most < (long) ITEMS * DIMENSION * Float.BYTES * 3 / 4);
    for (String held : lines.subList(lines.size() - 2, lines.size())) {
      assertTrue(lines + ", at most " + most, Long.parseLong(held) <= most);
    }
    verify(file);
  }

  private static void verify(Path file) throws IOException {
    LittleMemory index = new LittleMemory(DIMENSION);
    int number = index.description().index();
    try (EnvironmentFile pages = EnvironmentFile.open(file)) {
      pages.countPages();
      assertEquals(ITEMS, Validation.index(pages, number).items());
    }
    float[][] vectors = new float[ITEMS][];
    Arrays.setAll(vectors, id -> index.vector(id, LittleMemory.isReplaced(id)));
    Random random = new Random(randomLong());
    int found = 0;
    try (Environment environment = Environment.open(file);
        Snapshot snapshot = environment.read()) {
      ForestIndex opened = ForestIndex.open(snapshot, number);
      for (int query = 0; query < 100; query++) {
        float[] asked = index.vector(ITEMS + random.nextInt(1 << 20), false);
        float[] distances = new float[ITEMS];
        for (int id = 0; id < ITEMS; id++) {
          distances[id] = -index.description().distance().proximity(asked, vectors[id]);
        }
        float[] sorted = distances.clone();
        Arrays.sort(sorted);
        for (Neighbor near :
            opened.nearest(asked, SearchOptions.nearest(10).withBudget(ITEMS / 6))) {
          found += distances[near.id()] <= sorted[9] ? 1 : 0;
        }
      }
    }
    // 930 to 950 in the short form, where a sixth of the items is some 16 leaves.
    assertTrue(found + " of 1000", found >= 900);
  }
}
