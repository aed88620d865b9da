package io.arroy.benchmarks.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that this process hands to the system to write, scratch files included. */
public final class WrittenBytes {

  private static final Path IO = Path.of("/proc/self/io");

  private WrittenBytes() {}

  /** Those so far; -1 where the system does not tell. */
  public static long soFar() {
    try {
      for (String line : Files.readAllLines(IO)) {
        if (line.startsWith("wchar:")) {
          return Long.parseLong(line.substring("wchar:".length()).strip());
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return -1;
  }
}
