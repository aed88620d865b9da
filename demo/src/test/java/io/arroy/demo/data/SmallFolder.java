package io.arroy.demo.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The first entries and queries of the demo's data, as a folder that a test may damage. */
public final class SmallFolder {
  /** How many entries a small folder has. */
  public static final int ENTRIES = 400;

  /** How many queries a small folder has. */
  public static final int QUERIES = 12;

  private static final Path WHOLE = Path.of("data");
  private static final int DIMENSION = 384;

  private SmallFolder() {}

  /** Fills an empty folder. */
  public static Path write(Path folder) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(WHOLE.resolve("docs.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      writeDocs(folder, lines.lines().limit(ENTRIES).toList());
    }
    cut(folder, "base.f16", ENTRIES * DIMENSION * Short.BYTES);
    cut(folder, "queries.f32", QUERIES * DIMENSION * Float.BYTES);
    List<String> queries = Files.readAllLines(WHOLE.resolve("queries.jsonl"));
    Files.write(folder.resolve("queries.jsonl"), queries.subList(0, QUERIES));
    return folder;
  }

  /** Replaces the entries of a folder. */
  static void writeDocs(Path folder, List<String> lines) throws IOException {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("docs.jsonl.gz")))) {
      out.write(
          lines.stream()
              .collect(Collectors.joining("\n", "", "\n"))
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void cut(Path folder, String name, int bytes) throws IOException {
    Files.write(
        folder.resolve(name), Arrays.copyOf(Files.readAllBytes(WHOLE.resolve(name)), bytes));
  }
}
