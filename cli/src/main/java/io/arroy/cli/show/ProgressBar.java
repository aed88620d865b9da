package io.arroy.cli.show;

import io.arroy.forest.tree.BuildMonitor;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;

/**
 * Tells on standard error how far long work is: a bar that is drawn anew on a terminal, a line for
 * each phase elsewhere. Safe for use by many threads.
 */
public final class ProgressBar implements BuildMonitor, AutoCloseable {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 100_000_000;
  private static final Set<String> TREE_BEGINS = Set.of("build", "update");
  private static final String CLEAR = "\r\033[K";

  private final PrintWriter err;
  private final boolean quiet;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private String phase = "";
  private String tree = "";
  private long drawn;

  /**
   * @param err where to
   * @param quiet whether to tell nothing
   */
  public ProgressBar(PrintWriter err, boolean quiet) {
    this(err, quiet, isTerminal());
  }

  ProgressBar(PrintWriter err, boolean quiet, boolean terminal) {
    this.err = err;
    this.quiet = quiet;
    this.terminal = terminal;
  }

  /** Java cannot tell for standard error alone, but the script that starts it can. */
  @SuppressWarnings("SystemConsoleNull") // it does, where jdk.console names java.base
  private static boolean isTerminal() {
    String told = System.getProperty("arroy.terminal.err");
    Console console = System.console();
    return told == null ? console != null && console.isTerminal() : Boolean.parseBoolean(told);
  }

  @Override
  public synchronized void progress(String name, long done, long total) {
    if (quiet) {
      return;
    }
    boolean begins = TREE_BEGINS.contains(name);
    if (begins) {
      tree = name + " tree " + (done + 1) + " of " + total;
    }
    boolean fresh = begins || !name.equals(phase);
    phase = name;
    String label = begins ? tree : tree.isEmpty() ? name : tree + ": " + name;
    if (!terminal) {
      if (fresh) {
        err.println(label + " ...");
      }
      return;
    }
    long now = System.nanoTime();
    if (fresh || done >= total || now - drawn > REDRAW_NANOS) {
      drawn = now;
      err.print(CLEAR + draw(label, done, total, (now - start) / 1e9));
      err.flush();
    }
  }

  static String draw(String label, long done, long total, double seconds) {
    if (total <= 0) {
      return String.format(Locale.ROOT, "%s %,d, %.0f s", label, done, seconds);
    }
    int full = (int) (WIDTH * Math.min(done, total) / total);
    String bar = "#".repeat(full) + "-".repeat(WIDTH - full);
    long percent = 100 * Math.min(done, total) / total;
    return String.format(Locale.ROOT, "[%s] %3d %% %s, %.0f s", bar, percent, label, seconds);
  }

  /** Takes the bar away. */
  @Override
  public synchronized void close() {
    if (terminal && !quiet && !phase.isEmpty()) {
      err.print(CLEAR);
      err.flush();
    }
  }

  /** Seconds since this began. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
