package io.arroy.benchmarks.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process's resident memory, mapped pages of index files included, as Linux tells it. */
public final class ResidentMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  /** Forgets the peak so far, where the system allows that. */
  public static void resetPeak() {
    try {
      Files.writeString(CLEAR, "5");
    } catch (IOException e) {
      // Then the peak is that of the whole process so far: an upper bound, which reports call so.
    }
  }

  /** Most bytes resident since the last reset, or -1 where the system does not tell. */
  public static long peak() {
    return field("VmHWM:");
  }

  /** Bytes resident now, or -1. */
  public static long now() {
    return field("VmRSS:");
  }

  /** Bytes resident now that are no part of a file, the heap among them, or -1. */
  public static long anonymous() {
    return field("RssAnon:");
  }

  private static long field(String name) {
    try {
      List<String> lines = Files.readAllLines(STATUS);
      for (String line : lines) {
        if (line.startsWith(name)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return -1;
  }
}
