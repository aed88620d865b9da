package io.arroy.cli;

import com.carrotsearch.randomizedtesting.ThreadFilter;

/** jnr, which lmdbjava calls LMDB through, keeps a thread that frees memory. */
public final class JnrThreads implements ThreadFilter {
  @Override
  public boolean reject(Thread thread) {
    return thread.getName().startsWith("jnr.ffi.util.ref");
  }
}
