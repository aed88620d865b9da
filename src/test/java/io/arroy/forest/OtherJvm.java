package io.arroy.forest;

import com.carrotsearch.randomizedtesting.LifecycleScope;
import com.carrotsearch.randomizedtesting.RandomizedTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own with this one's class path. */
public final class OtherJvm {
  private OtherJvm() {}

  /**
   * Starts it; what it prints as an error comes with the rest. A killed process leaves the native
   * libraries it unpacked, so it unpacks them in a folder of the test.
   *
   * @param main what to run
   * @param arguments its arguments
   */
  public static Process start(Class<?> main, Object... arguments) throws IOException {
    return start(List.of("-Xmx64m"), main, arguments);
  }

  /**
   * Starts it with options of its own.
   *
   * @param options of the JVM, its heap among them
   */
  static Process start(List<String> options, Class<?> main, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.add("-Djava.io.tmpdir=" + RandomizedTest.newTempDir(LifecycleScope.TEST));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
