package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import io.arroy.forest.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;

/** A compact copy that is put in the place of the original, whoever comes meanwhile. */
@TimeoutSuite(millis = 300_000)
public class TestCompaction extends StoreTestCase {
  /**
   * Who waits for the lock meanwhile goes by the lock file's number of the last transaction, which
   * is even here or odd: that decides which meta page counts.
   */
  @Test
  public void testWhoOpensItMeanwhileFindsAll() throws Exception {
    for (int blocks = 10; blocks < 12; blocks++) {
      for (boolean readOnly : new boolean[] {false, true}) {
        Path file = written(blocks);
        Process[] opener = new Process[1];
        BufferedReader[] lines = new BufferedReader[1];
        Compaction.replace(
            file,
            () -> {},
            () -> {
              opener[0] = OtherJvm.start(Opener.class, file, readOnly);
              lines[0] = opener[0].inputReader(UTF_8);
              assertEquals("opening", lines[0].readLine());
              pause();
            });
        try (OutputStream in = opener[0].getOutputStream()) {
          assertEquals("sees " + blocks, lines[0].readLine());
          try (Environment environment = Environment.open(file, OPTIONS)) {
            commit(environment, blocks, blocks + 3);
          }
          in.write('\n');
          in.flush();
          assertEquals("sees " + (blocks + 3), lines[0].readLine());
        }
        assertEquals(0, opener[0].waitFor());
        assertEquals(blocks + 3, count(file));
      }
    }
  }

  /** Gives the other process time to come to where it waits. */
  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Locks are shared by all paths to a file. */
  @Test
  public void testNothingIsReplacedThatIsOpenByALink() throws Exception {
    Path file = written(3);
    Path link = Files.createSymbolicLink(newFile("link"), file);
    try (OtherWriter writer = OtherWriter.start(link)) {
      writer.awaitCommits(1);
      IOException e = assertThrows(IOException.class, () -> Compaction.replace(file));
      assertTrue(e.getMessage(), e.getMessage().contains("open in another process"));
      assertTrue(Files.notExists(link.resolveSibling("link-lock")));
    }
    Compaction.replace(link);
    assertTrue(Files.isSymbolicLink(link));
  }

  /** What this process commits to the old file would be lost with it. */
  @Test
  public void testNothingIsReplacedThatIsOpenHere() throws IOException {
    Path file = written(5);
    Environment[] opened = new Environment[1];
    IOException e =
        assertThrows(
            IOException.class,
            () -> Compaction.replace(file, () -> opened[0] = Environment.open(file), () -> {}));
    assertTrue(e.getMessage(), e.getMessage().contains("open in this process"));
    commit(opened[0], 5);
    opened[0].close();
    assertEquals(6, count(file));
  }

  /** What is committed while a compact copy is made would be lost with it. */
  @Test
  public void testNothingIsReplacedThatHasChanged() throws IOException {
    Path file = written(5);
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Compaction.replace(
                    file,
                    () -> {
                      try (Environment environment = Environment.open(file, OPTIONS)) {
                        commit(environment, 5);
                      }
                    },
                    () -> {}));
    assertTrue(e.getMessage(), e.getMessage().contains("was changed meanwhile"));
    assertEquals(6, count(file));
  }

  @Test
  public void testNothingIsReplacedUnderAnotherProcess() throws Exception {
    Path file = written(3);
    try (OtherWriter writer = OtherWriter.start(file)) {
      writer.awaitCommits(1);
      IOException e = assertThrows(IOException.class, () -> Compaction.replace(file));
      assertTrue(e.getMessage(), e.getMessage().contains("open in another process"));
      try (var siblings = Files.list(file.getParent())) {
        assertEquals(2, siblings.count());
      }
    }
    Compaction.replace(file);
  }

  @Test
  public void testCopiesOfOpenEnvironmentsAreAsPrivate() throws IOException {
    Path file = written(5);
    Path copy = file.resolveSibling("private");
    try (Environment environment = Environment.open(file, OPTIONS)) {
      environment.copyTo(copy);
      assertThrows(FileAlreadyExistsException.class, () -> environment.copyTo(copy));
    }
    assertEquals(Files.getPosixFilePermissions(file), Files.getPosixFilePermissions(copy));
    assertEquals(5, count(copy));
  }
}
