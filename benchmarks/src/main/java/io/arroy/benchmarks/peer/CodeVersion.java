package io.arroy.benchmarks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Tells whether code has changed between two runs. */
final class CodeVersion {

  private CodeVersion() {}

  /** A checksum over the jar, or the folder of classes, that {@code type} comes from. */
  static String of(Class<?> type) {
    try {
      Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      CRC32 crc = new CRC32();
      try (Stream<Path> walk = Files.walk(source)) {
        List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
        for (Path file : files) {
          crc.update(Files.readAllBytes(file));
        }
      }
      return Long.toHexString(crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
