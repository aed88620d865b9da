package io.arroy.benchmarks.index;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Processor time. */
public final class Cpu {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Cpu() {}

  /** Nanoseconds that all threads of this process have used, the JVM's own included. */
  public static long ofProcess() {
    return SYSTEM.getProcessCpuTime();
  }

  /** Nanoseconds that this thread has used. */
  public static long ofThread() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
