package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.IOUtils;

/**
 * A process that dies while it indexes, as by {@code kill -9}, leaves its last commit whole, and
 * what else it leaves is gone when the next writer opens.
 */
public class TestKilled extends TortureTestCase {
  private static final int KILLS_OF_AN_INDEX = 10;

  private Path folder;
  private int[] acknowledged;
  private int scratchFiles;

  public void testKilledWhileIndexing() throws Exception {
    int kills = Integer.getInteger("torture.kills", scale(8, 300));
    Map<String, Integer> done = new TreeMap<>();
    for (int kill = 0; kill < kills; kill++) {
      if (kill % KILLS_OF_AN_INDEX == 0) {
        if (folder != null) {
          IOUtils.rm(folder);
        }
        folder = newFolder();
        acknowledged = new int[2];
      }
      String phase = IndexingChild.PHASES.get(kill % IndexingChild.PHASES.size());
      long seed = random().nextInt(Integer.MAX_VALUE);
      try {
        killAt(phase, seed);
        check();
      } catch (Throwable t) {
        throw new AssertionError("kill " + kill + " at " + phase + ", child's seed " + seed, t);
      }
      done.merge(phase, 1, Integer::sum);
    }
    System.out.println(done + " kills, " + scratchFiles + " left scratch files");
    if (kills >= 100) {
      assertTrue("kills hit building", scratchFiles > 0);
    }
  }

  private void killAt(String phase, long seed) throws Exception {
    boolean often = phase.equals("flush") || phase.equals("merge");
    int times = 1 + random().nextInt(often ? 12 : 3);
    // Building takes most of the time between two files, so kills fall there too.
    long nanos = random().nextBoolean() ? 0 : random().nextInt(20_000_000);
    try (ChildJvm child =
        ChildJvm.start(IndexingChild.class, folder.toString(), Long.toString(seed), phase)) {
      while (times > 0) {
        String line = child.line();
        assertNotNull("ended by itself: " + child.last(), line);
        times -= line.equals(phase) ? 1 : 0;
        acknowledge(line);
      }
      if (nanos > 0) {
        LockSupport.parkNanos(nanos);
      }
      child.kill();
      for (String line : child.finish()) {
        acknowledge(line);
      }
    }
  }

  private void acknowledge(String line) {
    if (line.startsWith("COMMITTED ")) {
      String[] words = line.split(" ", 3);
      acknowledged = new int[] {Integer.parseInt(words[1]), Integer.parseInt(words[2])};
    }
  }

  private void check() throws IOException {
    scratchFiles += list().stream().anyMatch(name -> name.endsWith(".tmp")) ? 1 : 0;
    try (Directory directory = new MMapDirectory(folder)) {
      if (!DirectoryReader.indexExists(directory)) {
        assertEquals("an index was committed", 0, acknowledged[1]);
      } else {
        int[] committed = checkCommit(directory);
        TestUtil.checkIndex(directory);
        new IndexWriter(directory, IndexingChild.config(random(), false)).close();
        assertArrayEquals(committed, checkCommit(directory));
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertEquals(new TreeSet<>(reader.getIndexCommit().getFileNames()), list());
        }
      }
    }
  }

  /** The documents of the last commit: the first, and one past the last. */
  private int[] checkCommit(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Map<String, String> data = reader.getIndexCommit().getUserData();
      int first = Integer.parseInt(data.getOrDefault(IndexingChild.FIRST, "0"));
      int next = Integer.parseInt(data.getOrDefault(IndexingChild.NEXT, "0"));
      assertTrue("at least what was acknowledged", next >= acknowledged[1]);
      assertTrue("at least what was acknowledged", first >= acknowledged[0]);
      assertEquals(
          IntStream.range(first, next).boxed().collect(Collectors.toSet()),
          Documents.check(reader));
      return new int[] {first, next};
    }
  }

  private Set<String> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      Set<String> without = new TreeSet<>(new HashSet<>(names));
      without.remove("write.lock");
      return without;
    }
  }
}
