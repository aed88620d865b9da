package io.arroy.forest.tree;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks on the calling thread and on whatever threads an executor has to spare. Never waits
 * for a thread that has not started, so an executor that is full or runs nothing only means less
 * help.
 */
public final class Parallel {
  private final int count;
  private final Task task;
  private int next;
  private int running;
  private Throwable failure;

  private Parallel(int count, Task task) {
    this.count = count;
    this.task = task;
  }

  /** Work in numbered pieces, each of which touches nothing another does. */
  public interface Task {
    void run(int number) throws IOException;
  }

  /** Work on a range, in pieces of which each touches nothing another does. */
  interface Range {
    void run(int first, int end) throws IOException;
  }

  /**
   * Cuts a range into pieces of {@code size}, the last perhaps shorter, and runs all as {@link
   * #run(Executor, int, Task)} does.
   */
  static void run(Executor executor, int from, int to, int size, Range range) throws IOException {
    int pieces = (int) (((long) to - from + size - 1) / size);
    run(
        executor,
        pieces,
        number -> {
          int first = from + number * size;
          range.run(first, Math.min(to - first, size) + first);
        });
  }

  /**
   * Runs pieces 0 to {@code count - 1} and returns when no thread works on them any more.
   *
   * @throws IOException the first failure; pieces not begun by then are left out
   */
  public static void run(Executor executor, int count, Task task) throws IOException {
    Parallel work = new Parallel(count, task);
    int helpers = Math.min(count, Runtime.getRuntime().availableProcessors()) - 1;
    for (int i = 0; i < helpers; i++) {
      try {
        executor.execute(work::help);
      } catch (RejectedExecutionException e) {
        // Full or shut down: the calling thread does the work.
        break;
      }
    }
    work.help();
    work.join();
  }

  private void help() {
    int number;
    while ((number = take()) >= 0) {
      Throwable thrown = null;
      try {
        task.run(number);
      } catch (Throwable e) {
        thrown = e;
      }
      done(thrown);
    }
  }

  /** The next piece, or -1 if none is to be begun. */
  private synchronized int take() {
    if (failure != null || next == count) {
      return -1;
    }
    running++;
    return next++;
  }

  private synchronized void done(Throwable thrown) {
    running--;
    if (thrown != null) {
      if (failure == null) {
        failure = thrown;
      } else if (!thrown.equals(failure)) {
        // The same one, when a monitor keeps what it throws.
        failure.addSuppressed(thrown);
      }
    }
    notifyAll();
  }

  private synchronized void join() throws IOException {
    boolean interrupted = false;
    while (running > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        // The helpers still read and write what the caller would free; the interrupt is kept.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }
}
