package io.arroy.lucene.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.tests.util.LuceneTestCase;

/**
 * Starts processes with file systems and limits of their own, by Linux's namespaces: needs no
 * rights where ordinary users may have those, and changes nothing for anyone else.
 */
final class Sandbox {
  private Sandbox() {}

  /**
   * The command that runs another after a shell script has set things up.
   *
   * @param script may mount file systems and set limits
   */
  static List<String> command(String script, List<String> command) {
    List<String> wrapped = new ArrayList<>();
    wrapped.addAll(List.of("unshare", "-rm", "sh", "-ec", script + "; exec \"$@\"", "sh"));
    wrapped.addAll(command);
    return wrapped;
  }

  /** Skips a test where there are no such namespaces. */
  static void assumeMounts() throws IOException, InterruptedException {
    LuceneTestCase.assumeTrue(
        "needs Linux that lets this user mount file systems of his own", mounts());
  }

  private static boolean mounts() throws InterruptedException {
    try {
      List<String> command =
          command(
              "mount -t tmpfs -o size=1m none " + System.getProperty("java.io.tmpdir"),
              List.of("true"));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Quotes a path for a script. */
  static String quote(Object path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }
}
