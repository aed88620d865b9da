package io.arroy.demo.show;

import io.arroy.demo.measure.Result;
import io.arroy.demo.measure.Runner;
import io.arroy.demo.search.BuiltIndex;
import io.arroy.demo.search.FilePurpose;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** Prints what building and searching took, for all indexes side by side. */
public final class Report {
  private static final int LABEL = 40;
  private static final int VALUE = 14;
  private static final int FILTER = 27;
  private static final int SHARE = 8;

  private final Screen screen;

  /** Prints to this screen. */
  public Report(Screen screen) {
    this.screen = screen;
  }

  /** Prints a heading and a remark below it. */
  public void head(String heading, String remark) {
    screen.heading(heading);
    screen.gap();
    screen.paragraph("  ", remark);
    screen.gap();
  }

  /** Prints the cost of building and the sizes of files. */
  public void indexes(List<BuiltIndex> indexes) throws IOException {
    row("", indexes, index -> index.contender().name(), true);
    row("build, wall clock", indexes, index -> seconds(index.cost().wall()), false);
    row("build, CPU of all threads", indexes, index -> seconds(index.cost().cpu()), false);
    List<Map<FilePurpose, Long>> sizes = new ArrayList<>();
    TreeSet<FilePurpose> purposes = new TreeSet<>();
    for (BuiltIndex index : indexes) {
      sizes.add(index.sizes());
      purposes.addAll(index.sizes().keySet());
    }
    for (FilePurpose purpose : purposes) {
      String extension = purpose.extension().isEmpty() ? "others" : "." + purpose.extension();
      row(
          Text.left(extension, 9) + purpose.description(),
          sizes,
          size -> size.containsKey(purpose) ? bytes(size.get(purpose)) : "-",
          false);
    }
    row(
        "index in all",
        sizes,
        size -> bytes(size.values().stream().mapToLong(Long::longValue).sum()),
        false);
  }

  private <T> void row(String label, List<T> columns, Function<T, String> value, boolean header) {
    StringBuilder line = new StringBuilder();
    for (T column : columns) {
      line.append(Text.right(value.apply(column), VALUE));
    }
    String values = header ? screen.style().bold(line.toString()) : line.toString();
    screen.line("  " + Text.left(label, LABEL) + values);
  }

  /** Prints recall and latency under each filter. */
  public void searches(List<Runner> runners, List<Result> results) {
    int width = (Screen.WIDTH - 2 - FILTER - SHARE) / runners.size();
    StringBuilder names = new StringBuilder();
    StringBuilder columns = new StringBuilder();
    for (Runner runner : runners) {
      names.append(Text.right(runner.name(), width));
      columns.append(figures("recall", "p50", "p99", width));
    }
    Style style = screen.style();
    screen.line("  " + " ".repeat(FILTER + SHARE) + style.bold(names.toString()));
    screen.line(
        "  "
            + style.faint(
                Text.left("filter", FILTER) + Text.right("accepts", SHARE) + columns.toString()));
    for (Result result : results) {
      StringBuilder line = new StringBuilder();
      for (Result.Figures figures : result.figures()) {
        line.append(
            figures(
                String.format(Locale.ROOT, "%.3f", figures.recall()),
                millis(figures.median()),
                millis(figures.slow()),
                width));
      }
      screen.line(
          "  "
              + Text.left(result.filter().toString(), FILTER)
              + Text.right(String.format(Locale.ROOT, "%.1f %%", 100 * result.accepted()), SHARE)
              + line);
    }
  }

  private static String figures(String recall, String median, String slow, int width) {
    return Text.right(recall, width - 12) + Text.right(median, 6) + Text.right(slow, 6);
  }

  /** Three digits, whatever the size. */
  private static String millis(double millis) {
    if (millis < 10) {
      return String.format(Locale.ROOT, millis < 1 ? "%.3f" : "%.2f", millis);
    }
    return String.format(Locale.ROOT, millis < 100 ? "%.1f" : "%,.0f", millis);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toNanos() / 1e9);
  }

  private static String bytes(long bytes) {
    return bytes < 100_000
        ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
