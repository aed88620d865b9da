package io.arroy.forest.store;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

/** Files that are deleted at the moment at which they are opened. */
public class TestDeletedEnvironments extends StoreTestCase {
  /** What was opened in vain is closed: the same file under another name can be opened. */
  @Test
  public void testNothingIsLeftOpen() throws Exception {
    EnvironmentOptions options = new EnvironmentOptions(false, false, true, 10, 10);
    int missed = 0;
    try (ScheduledExecutorService other = Executors.newSingleThreadScheduledExecutor()) {
      for (int round = 0; round < 300; round++) {
        Path file = newFile("live");
        Environment.open(file).close();
        Path link = Files.createLink(file.resolveSibling("other"), file);
        long delay = randomIntBetween(0, 3000);
        ScheduledFuture<?> deletion =
            other.schedule(() -> Files.deleteIfExists(file), delay, TimeUnit.MICROSECONDS);
        try {
          Environment.open(file, options).close();
        } catch (NoSuchFileException e) {
          missed++;
        } catch (IOException e) {
          // LMDB's own error, where it went between two looks at it.
        }
        deletion.get();
        Environment.open(link).close();
      }
    }
    assertTrue("never deleted in between", missed > 0);
  }
}
