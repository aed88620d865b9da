package io.arroy.forest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.forest.store.Database;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.store.WriteTransaction;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** Processes that read an index while another builds it, and processes killed while they build. */
@ThreadLeakFilters(filters = JnrThreads.class)
public class TestProcesses extends RandomizedTest {
  private static final boolean LONG = "long".equals(System.getProperty("torture"));

  /** Readers see what was last committed when they looked, whole, while the next is built. */
  @Test
  public void testReadersSeeWhatIsCommitted() throws Exception {
    int count = LONG ? 30 : 3;
    Path file = newTempDir().resolve("live.mdb");
    List<Child> readers = new ArrayList<>();
    try (Environment environment = Environment.open(file)) {
      Database documents = LiveRounds.database(environment);
      int round = 1;
      LiveRounds.write(environment, documents, round);
      for (int i = 0; i < count; i++) {
        readers.add(new Child(LiveRounds.Reader.class, file));
      }
      ask(readers, "keep", round);
      int kept = round;
      for (int i = 0; i < 3; i++) {
        try (WriteTransaction transaction = environment.write()) {
          LiveRounds.change(transaction, documents, round + 1);
          ask(readers, "look", round);
          if (i != 1) {
            transaction.commit();
            round++;
          }
        }
        ask(readers, "look", round);
      }
      for (Child reader : readers) {
        reader.say("run");
      }
      for (int i = 0; i < (LONG ? 200 : 15); i++) {
        LiveRounds.write(environment, documents, ++round);
      }
      for (Child reader : readers) {
        reader.say("again");
        int looks = Integer.parseInt(reader.line());
        assertTrue("looked " + looks + " times", looks > 0);
        assertEquals(Integer.toString(kept), reader.line());
      }
      ask(readers, "look", round);
    } finally {
      for (Child reader : readers) {
        reader.close();
      }
    }
  }

  private static void ask(List<Child> readers, String what, int round) throws IOException {
    for (Child reader : readers) {
      reader.say(what);
    }
    for (Child reader : readers) {
      assertEquals(Integer.toString(round), reader.line());
    }
  }

  /** A process killed at any moment of a build leaves the last round whole. */
  @Test
  public void testKilledBuilds() throws Exception {
    Path file = newTempDir().resolve("live.mdb");
    try (Environment environment = Environment.open(file)) {
      Database documents = LiveRounds.database(environment);
      LiveRounds.write(environment, documents, 1);
      for (int kill = 0; kill < (LONG ? 200 : 3); kill++) {
        int acknowledged = 0;
        try (Child writer = new Child(LiveRounds.Writer.class, file)) {
          for (int left = randomIntBetween(1, 8); left > 0; left--) {
            acknowledged = Integer.parseInt(writer.line().substring("committed ".length()));
          }
          Thread.sleep(randomIntBetween(0, 20), randomIntBetween(0, 999_999));
        }
        int found = LiveRounds.verify(environment, documents);
        assertTrue(found + " after " + acknowledged, found >= acknowledged);
        if (randomBoolean()) {
          LiveRounds.write(environment, documents, found + 1);
        }
      }
    }
  }

  /** Another process, killed when closed. */
  private static final class Child implements Closeable {
    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    Child(Class<?> main, Path file) throws IOException {
      process = OtherJvm.start(main, file);
      out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      in = process.outputWriter(UTF_8);
    }

    void say(String line) throws IOException {
      in.write(line + "\n");
      in.flush();
    }

    /** The next line that it prints; fails with all it prints if it is none of ours. */
    String line() throws IOException {
      String line = out.readLine();
      if (line == null || !line.matches("(committed )?\\d+")) {
        throw new AssertionError(line + "\n" + String.join("\n", out.lines().toList()));
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      out.close();
    }
  }
}
