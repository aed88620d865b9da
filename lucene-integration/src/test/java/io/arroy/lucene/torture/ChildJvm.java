package io.arroy.lucene.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Another JVM, with this one's class path, whose end tells how it died. */
final class ChildJvm implements Closeable {
  private static final String END = "\0end";

  /** Vector kernels are very slow until they are compiled well, which takes long in a child. */
  static final String SCALAR = "-Darroy.child=scalar";

  private final Process process;
  private final Thread reader;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  private ChildJvm(Process process) {
    this.process = process;
    reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** The command that runs a class with these arguments; options of the JVM begin with a dash. */
  static List<String> command(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!List.of(arguments).contains(SCALAR)) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/stdout",
            "-ea:io.arroy...",
            // A killed process leaves the native libraries it unpacked.
            "-Djava.io.tmpdir=" + LuceneTestCase.createTempDir("child")));
    Arrays.stream(arguments).filter(argument -> argument.startsWith("-")).forEach(command::add);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    Arrays.stream(arguments).filter(argument -> !argument.startsWith("-")).forEach(command::add);
    return command;
  }

  static ChildJvm start(Class<?> main, String... arguments) throws IOException {
    return start(command(main, arguments));
  }

  static ChildJvm start(List<String> command) throws IOException {
    return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("output lost: " + e);
    }
    lines.add(END);
  }

  /**
   * The next line it printed, or null if it has ended.
   *
   * @throws AssertionError if it printed nothing for a minute: it hangs, and is killed
   */
  String line() throws InterruptedException {
    String line = lines.poll(60, TimeUnit.SECONDS);
    if (line == null) {
      String stacks = stacks();
      kill();
      throw new AssertionError("child hangs after " + last() + "\n" + stacks);
    }
    if (line.equals(END)) {
      lines.add(END);
      return null;
    }
    seen.add(line);
    if (seen.size() > 2000) {
      seen.subList(0, 1000).clear();
    }
    return line;
  }

  private String stacks() throws InterruptedException {
    try {
      Path jstack = Path.of(System.getProperty("java.home"), "bin", "jstack");
      Process dump =
          new ProcessBuilder(jstack.toString(), Long.toString(process.pid()))
              .redirectErrorStream(true)
              .start();
      String stacks = new String(dump.getInputStream().readAllBytes(), UTF_8);
      dump.waitFor();
      return stacks;
    } catch (IOException e) {
      return "no stacks: " + e;
    }
  }

  /** The last lines that were taken. */
  String last() {
    return String.join("\n", seen.subList(Math.max(0, seen.size() - 60), seen.size()));
  }

  /** Takes all lines until it ends, and returns them. */
  List<String> finish() throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (String line = line(); line != null; line = line()) {
      all.add(line);
    }
    return all;
  }

  /** How it ended: 0 if as it should. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** Writes to its input. */
  void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** Ends it as {@code kill -9} does; what it has printed can still be taken. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
