package io.arroy.benchmarks.data;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Runs one piece of work in several threads and waits for all of them. */
public final class Parallel {

  private Parallel() {}

  /** Calls {@code work} once in each of {@code threads} threads, with the thread's number. */
  public static void run(int threads, IntConsumer work) {
    if (threads == 1) {
      work.accept(0);
      return;
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread[] running = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      int number = i;
      running[i] = new Thread(() -> work.accept(number), "benchmark-" + i);
      running[i].setUncaughtExceptionHandler(
          (thread, exception) -> failure.compareAndSet(null, exception));
      running[i].start();
    }
    try {
      for (Thread thread : running) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get());
    }
  }
}
