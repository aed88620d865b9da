package io.arroy.benchmarks.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows under named columns, for reading and as comma-separated values. */
public final class Table {

  private final List<String[]> rows = new ArrayList<>();
  private final int columns;

  /** A table with these columns. */
  public Table(String... header) {
    columns = header.length;
    rows.add(header.clone());
  }

  /** Adds a row, a value for each column. */
  public void row(Object... values) {
    if (values.length != columns) {
      throw new IllegalArgumentException(values.length + " values for " + columns + " columns");
    }
    rows.add(Arrays.stream(values).map(String::valueOf).toArray(String[]::new));
  }

  /** Number of columns. */
  public int columns() {
    return columns;
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.size() == 1;
  }

  /** Prints the first {@code shown} columns, aligned; what looks like a number to the right. */
  public void print(PrintStream out, int shown) {
    int[] widths = new int[shown];
    for (String[] row : rows) {
      for (int i = 0; i < shown; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < shown; i++) {
        line.append(String.format(Locale.ROOT, "%" + (i < 2 ? "-" : "") + widths[i] + "s", row[i]));
        line.append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Writes all columns. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      lines.add(String.join(",", Arrays.stream(row).map(Table::quoted).toList()));
    }
    Files.write(file, lines);
  }

  private static String quoted(String value) {
    return value.matches("[^,\"\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
