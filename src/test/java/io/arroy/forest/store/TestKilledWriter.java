package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertTrue;

import io.arroy.forest.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;

/**
 * A process that is killed while it writes leaves the last transaction whole and nobody locked out,
 * whether others have the environment open or not.
 */
public class TestKilledWriter extends StoreTestCase {
  @Test
  public void testKilled() throws Exception {
    int kills = "long".equals(System.getProperty("torture")) ? 300 : 4;
    Path file = newFile("live");
    EnvironmentOptions options = EnvironmentOptions.DEFAULT.withMaxReaders(16);
    try (Environment watching = Environment.open(file, options)) {
      for (int kill = 0; kill < kills; kill++) {
        int acknowledged = kill(file);
        int found = EndlessWriter.number(watching);
        assertTrue(found + " after " + acknowledged, found >= acknowledged);
        if (randomBoolean()) {
          EndlessWriter.write(watching, found + 1);
        }
      }
    }
    int acknowledged = kill(file);
    try (Environment environment = Environment.open(file, options)) {
      int found = EndlessWriter.number(environment);
      assertTrue(found + " after " + acknowledged, found >= acknowledged);
      EndlessWriter.write(environment, found + 1);
    }
  }

  /** What a dead process had open takes up no place of a reader, and holds no pages back. */
  @Test
  public void testDeadReadersAreForgotten() throws Exception {
    int readers = 4;
    Path file = newFile("live");
    EnvironmentOptions options = new EnvironmentOptions(true, false, false, readers, 0);
    try (Environment watching = Environment.open(file, options)) {
      for (int round = 0; round < 3; round++) {
        EndlessWriter.write(watching, round + 1);
        dieReading(file, readers);
        // All places are taken by the dead: who comes next finds room even so.
        dieReading(file, readers);
        try (Snapshot snapshot = watching.read()) {
          assertTrue(snapshot.transaction() > 0);
        }
        dieReading(file, readers - 1);
        EndlessWriter.write(watching, round + 1);
        EndlessWriter.write(watching, round + 1);
        EndlessWriter.write(watching, round + 1);
        long length = Files.size(file);
        for (int i = 0; i < 10; i++) {
          EndlessWriter.write(watching, round + 1);
        }
        long grown = Files.size(file) - length;
        assertTrue(grown + " bytes more: what was replaced is not used again", grown < 1 << 20);
      }
    }
  }

  private static void dieReading(Path file, int snapshots) throws Exception {
    Process process = OtherJvm.start(EndlessReader.class, file, snapshots);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String printed = "";
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        printed += line + "\n";
        if (line.equals("reading")) {
          process.toHandle().destroyForcibly();
        }
      }
      assertTrue(printed, printed.contains("reading"));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Kills a writer after a while; returns the last transaction that it said is committed. */
  private static int kill(Path file) throws IOException, InterruptedException {
    Process process = OtherJvm.start(EndlessWriter.class, file);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      int left = randomIntBetween(1, 20);
      int last = 0;
      StringBuilder printed = new StringBuilder();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        printed.append(line).append('\n');
        if (line.startsWith("committed ")) {
          last = Integer.parseInt(line.substring("committed ".length()));
          if (--left == 0) {
            Thread.sleep(0, randomIntBetween(0, 999_999));
            process.toHandle().destroyForcibly(); // which leaves its output readable
          }
        }
      }
      assertTrue("ended by itself: " + printed, left <= 0);
      return last;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
