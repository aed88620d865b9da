package io.arroy.forest.tree;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks on the calling thread and on whatever threads an executor has to spare. Never waits
 * for a thread that has not started, so an executor that is full or runs nothing only means less
 * help.
 */
final class Parallel {
  private final List<Task> tasks;
  private int next;
  private int running;
  private Throwable failure;

  private Parallel(List<Task> tasks) {
    this.tasks = tasks;
  }

  /** A piece of work that touches nothing another piece does. */
  interface Task {
    void run() throws IOException;
  }

  /**
   * Runs all tasks and returns when no thread works on them any more.
   *
   * @throws IOException the first failure; tasks not begun by then are left out
   */
  static void run(Executor executor, List<Task> tasks) throws IOException {
    Parallel work = new Parallel(tasks);
    int helpers = Math.min(tasks.size(), Runtime.getRuntime().availableProcessors()) - 1;
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
    Task task;
    while ((task = take()) != null) {
      Throwable thrown = null;
      try {
        task.run();
      } catch (Throwable e) {
        thrown = e;
      }
      done(thrown);
    }
  }

  private synchronized Task take() {
    if (failure != null || next == tasks.size()) {
      return null;
    }
    running++;
    return tasks.get(next++);
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
