package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
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

  /** Kills a writer after a while; returns the last transaction that it said is committed. */
  private static int kill(Path file) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            EndlessWriter.class.getName(),
            file.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
