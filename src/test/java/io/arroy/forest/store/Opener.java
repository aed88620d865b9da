package io.arroy.forest.store;

import java.io.IOException;
import java.nio.file.Path;

/** Opens an environment while others do something to it, and tells what it sees. */
final class Opener {
  private Opener() {}

  /** Arguments: the file; whether to read only. Looks again when it is sent something. */
  public static void main(String[] args) throws IOException {
    boolean readOnly = Boolean.parseBoolean(args[1]);
    EnvironmentOptions options =
        readOnly ? EnvironmentOptions.READ_ONLY : EnvironmentOptions.DEFAULT;
    // What LMDB needs is loaded before, as that takes a while.
    Environment.open(Path.of(args[0] + "-other")).close();
    System.out.println("opening");
    try (Environment environment = Environment.open(Path.of(args[0]), options)) {
      do {
        try (Snapshot snapshot = environment.read()) {
          System.out.println("sees " + snapshot.keys().size());
        }
      } while (System.in.read() >= 0);
    }
  }
}
