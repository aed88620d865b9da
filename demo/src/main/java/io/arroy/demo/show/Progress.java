package io.arroy.demo.show;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Tells that long work goes on: one line that keeps changing on a terminal, a line now and then
 * elsewhere. Goes to standard error, so that results can be redirected alone.
 */
public final class Progress implements AutoCloseable {
  private static final long QUICK_MILLIS = 200;
  private static final long SLOW_MILLIS = 10_000;
  // Java cannot tell for standard error alone, but the script that starts it can.
  private static final boolean TERMINAL = Boolean.getBoolean("arroy.demo.terminal.err");
  private static final String CLEAR = "\r\033[K";

  private final PrintStream err;
  private final boolean terminal;
  private final String task;
  private final int total;
  private final String unit;
  private final long start = System.nanoTime();
  private final Timer timer = new Timer("progress", true);
  private volatile int done;

  private Progress(PrintStream err, boolean terminal, String task, int total, String unit) {
    this.err = err;
    this.terminal = terminal;
    this.task = task;
    this.total = total;
    this.unit = unit;
  }

  /**
   * Starts to tell of a task.
   *
   * @param err where to
   * @param task what is being done
   * @param total how many steps it has, 0 where that is not known
   * @param unit what a step deals with, in the plural
   */
  public static Progress of(PrintStream err, String task, int total, String unit) {
    Progress progress = new Progress(err, TERMINAL, task, total, unit);
    long period = progress.terminal ? QUICK_MILLIS : SLOW_MILLIS;
    TimerTask tick =
        new TimerTask() {
          @Override
          public void run() {
            progress.print(progress.state(), false);
          }
        };
    if (!progress.terminal) {
      err.println(task + " ...");
    }
    progress.timer.schedule(tick, progress.terminal ? 0 : period, period);
    return progress;
  }

  /** Tells how many steps are done. */
  public void done(int steps) {
    done = steps;
  }

  private String state() {
    double seconds = (System.nanoTime() - start) / 1e9;
    String steps = "";
    if (total == 0 && done > 0) {
      steps = String.format(Locale.ROOT, " %,d %s,", done, unit);
    } else if (total > 0 && done < total) {
      steps = String.format(Locale.ROOT, " %,d of %,d %s,", done, total, unit);
    } else if (total > 0) {
      // The last step is often not the end: an index still has to be finished.
      steps = String.format(Locale.ROOT, " all %,d %s in, finishing,", total, unit);
    }
    return String.format(Locale.ROOT, "%s ...%s %.0f s", task, steps, seconds);
  }

  private synchronized void print(String text, boolean last) {
    if (terminal) {
      err.print(CLEAR + text);
    } else if (!last) {
      err.println(text);
    }
    err.flush();
  }

  /** Stops; on a terminal the line disappears. */
  @Override
  public void close() {
    timer.cancel();
    print("", true);
  }
}
