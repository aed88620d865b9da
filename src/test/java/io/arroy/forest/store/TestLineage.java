package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import io.arroy.forest.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.Test;

/** Files that are deleted, or replaced, while a process has them open: two share one lock file. */
@TimeoutSuite(millis = 300_000)
public class TestLineage extends StoreTestCase {
  private static void assertRefused(Path file) throws IOException {
    byte[] before = Files.readAllBytes(file);
    for (EnvironmentOptions options :
        new EnvironmentOptions[] {EnvironmentOptions.READ_ONLY, OPTIONS}) {
      IOException e =
          assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file, options));
      assertTrue(e.getMessage(), e.getMessage().contains("its lock file with"));
    }
    assertThrows(IOException.class, () -> EnvironmentFile.open(file));
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)));
  }

  /** While another process has a file open. */
  private static void whileOpen(Path file, Lmdb.Action meanwhile) throws Exception {
    Process reader = OtherJvm.start(EndlessReader.class, file, 1);
    try (BufferedReader lines = reader.inputReader(UTF_8)) {
      assertEquals("reading", lines.readLine());
      meanwhile.run();
    } finally {
      reader.destroyForcibly().waitFor();
    }
  }

  @Test
  public void testAnotherFileIsRefused() throws Exception {
    for (int commits : new int[] {3, 20}) {
      Path file = written(23 - commits);
      Path other = written(commits);
      whileOpen(
          file,
          () -> {
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            assertRefused(file);
          });
      assertEquals(commits, count(file));
    }
  }

  @Test
  public void testAFileMadeAnewIsRefused() throws Exception {
    Path file = written(3);
    whileOpen(
        file,
        () -> {
          Files.delete(file);
          assertThrows(CorruptEnvironmentException.class, () -> Environment.open(file, OPTIONS));
        });
    try (Environment environment = Environment.open(file, OPTIONS)) {
      commit(environment, 1);
    }
    assertEquals(1, count(file));
  }

  /** Nobody can tell a file with as many transactions from the one before it until one commits. */
  @Test
  public void testCommitsToTheOtherFileAreNoticed() throws Exception {
    Path file = written(3);
    Path other = written(3);
    try (Environment environment = Environment.open(file, OPTIONS)) {
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      try (OtherWriter writer = OtherWriter.start(file)) {
        writer.awaitCommits(1);
        for (int i = 0; i < 3; i++) {
          assertThrows(CorruptEnvironmentException.class, () -> commit(environment, 9));
          assertThrows(CorruptEnvironmentException.class, environment::read);
        }
        assertThrows(CorruptEnvironmentException.class, () -> environment.database("documents"));
        Path copy = file.resolveSibling("copy");
        assertThrows(IOException.class, () -> environment.copyTo(copy));
        assertTrue(Files.notExists(copy));
        writer.awaitCommits(2); // it holds no lock of ours
      }
    }
    try (Environment environment = Environment.open(file)) {
      assertTrue(EndlessWriter.number(environment) >= 3);
    }
  }

  /** To close a lock file gives up the locks of all who have it open in a process. */
  @Test
  public void testAFileMadeAnewIsNotOpenedBesideTheOldOne() throws Exception {
    Path file = written(1);
    try (Environment environment = Environment.open(file, OPTIONS)) {
      Files.delete(file);
      assertThrows(IllegalStateException.class, () -> Environment.open(file, OPTIONS));
      Files.delete(file);
      try (OtherWriter writer = OtherWriter.start(file)) {
        // It is refused because this one still holds its lock.
        assertThrows(AssertionError.class, () -> writer.awaitCommits(1));
      }
      assertThrows(CorruptEnvironmentException.class, () -> commit(environment, 5));
    }
  }

  /** Commits to a file that has no name any more would be lost, though they return. */
  @Test
  public void testAFileThatWasReplacedIsNotWrittenTo() throws Exception {
    Path file = written(5);
    Path other = written(2);
    try (Environment environment = Environment.open(file, OPTIONS)) {
      commit(environment, 5);
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertThrows(CorruptEnvironmentException.class, () -> commit(environment, 6));
      try (Snapshot snapshot = environment.read()) {
        assertEquals(6, snapshot.keys().size());
      }
    }
    assertEquals(2, count(file));
  }

  /** A link only leads to a file: it may be changed or go. */
  @Test
  public void testALinkMayLeadElsewhereLater() throws Exception {
    Path file = written(2);
    Path link = Files.createSymbolicLink(newFile("link"), file);
    Path copy = file.resolveSibling("copy");
    try (Environment environment = Environment.open(link, OPTIONS)) {
      Files.delete(link);
      commit(environment, 2);
      environment.copyTo(copy);
      Files.createSymbolicLink(link, written(1));
      commit(environment, 3);
    }
    assertEquals(4, count(file));
    assertEquals(3, count(copy));
  }

  /** Two lock files let two processes write at once. */
  @Test
  public void testALockFileThatWasDeletedIsNoticed() throws Exception {
    Path file = written(3);
    try (Environment environment = Environment.open(file, OPTIONS)) {
      commit(environment, 3);
      Files.delete(LockFile.of(file));
      assertThrows(CorruptEnvironmentException.class, () -> commit(environment, 4));
      try (OtherWriter writer = OtherWriter.start(file)) {
        writer.awaitCommits(2);
        assertThrows(CorruptEnvironmentException.class, () -> commit(environment, 4));
      }
    }
  }

  @Test
  public void testWritersBeginFromTheLastCommit() throws IOException {
    Path file = written(randomIntBetween(2, 7));
    MetaPage meta = MetaPage.read(file);
    long last = meta.transaction();
    try (Lineage lineage = new Lineage(file, meta.pageSize())) {
      lineage.checkWriter(last + 1);
      lineage.checkReader(last - 1);
      lineage.checkReader(last);
      for (long counted : new long[] {last - 2, last - 1, last, last + 2, last + 3}) {
        assertThrows(CorruptEnvironmentException.class, () -> lineage.checkWriter(counted));
      }
      assertThrows(CorruptEnvironmentException.class, () -> lineage.checkReader(last + 1));
    }
  }
}
