package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux says this process holds. */
final class Proc {
  private Proc() {}

  /** Whether there is such a thing here. */
  static boolean available() {
    return Files.isDirectory(Path.of("/proc/self/fd"));
  }

  /** Open file descriptors. */
  static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  /** Memory maps of files whose path contains this. */
  static long mapped(String path) throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(map -> map.contains(path)).count();
    }
  }

  /** Resident memory that belongs to no file, in bytes. */
  static long anonymous() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("RssAnon:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
  }

  /** Bytes that this process has read by system calls, not through maps. */
  static long read() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/io"))) {
      String line = lines.filter(l -> l.startsWith("rchar:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }
}
