package io.arroy.benchmarks.index;

import java.io.IOException;

/** Measures a build, without the time that reading the data set takes. */
public final class BuildMeter implements AutoCloseable {

  private final HeapMeter heap;
  private long startTime;
  private long startCpu;
  private long excludedTime;
  private long excludedCpu;

  /** Starts to measure. */
  public BuildMeter() {
    heap = new HeapMeter();
    ResidentMemory.resetPeak();
    startTime = System.nanoTime();
    startCpu = Cpu.ofProcess();
  }

  /** Does something in this thread that does not count. */
  public void exclude(Work work) throws IOException {
    long time = System.nanoTime();
    long cpu = Cpu.ofThread();
    work.run();
    excludedCpu += Cpu.ofThread() - cpu;
    excludedTime += System.nanoTime() - time;
  }

  /** The cost so far. */
  public BuildCost cost() {
    double cpu = (Cpu.ofProcess() - startCpu - excludedCpu) / 1e9;
    double time = (System.nanoTime() - startTime - excludedTime) / 1e9;
    return new BuildCost(time, cpu, heap.peak(), heap.peakLive(), ResidentMemory.peak());
  }

  @Override
  public void close() {
    heap.close();
  }

  /** Something that reads or writes. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void run() throws IOException;
  }
}
