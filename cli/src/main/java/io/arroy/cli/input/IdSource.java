package io.arroy.cli.input;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives each row of a file an id: numbers that count up, or those of a file, one a line. */
public final class IdSource implements Closeable {
  private final int first;
  private final Path file;
  private final BufferedReader lines;

  private IdSource(int first, Path file, BufferedReader lines) {
    this.first = first;
    this.file = file;
    this.lines = lines;
  }

  /** Ids that count up from the first row's. */
  public static IdSource from(int first) {
    return new IdSource(first, null, null);
  }

  /** Ids that stand in a file, one a line for each row. */
  public static IdSource of(Path file) throws IOException {
    return new IdSource(0, file, Files.newBufferedReader(file));
  }

  int next(Path rows, int row) throws IOException {
    if (lines == null) {
      if (row > Integer.MAX_VALUE - first) {
        throw new IllegalArgumentException(
            "ids count up from "
                + first
                + " and end at "
                + Integer.MAX_VALUE
                + ", "
                + rows
                + " has more rows");
      }
      return first + row;
    }
    String line = lines.readLine();
    if (line == null) {
      throw new IllegalArgumentException(file + " has " + row + " ids, " + rows + " has more rows");
    }
    return Numbers.id(line.strip(), file + " line " + (row + 1));
  }

  void checkEnd(Path rows, int count) throws IOException {
    if (lines != null && lines.readLine() != null) {
      throw new IllegalArgumentException(
          file + " has more ids than " + rows + " has rows, " + count);
    }
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
