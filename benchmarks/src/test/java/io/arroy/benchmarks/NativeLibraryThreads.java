package io.arroy.benchmarks;

import com.carrotsearch.randomizedtesting.ThreadFilter;

/** The thread with which jnr-ffi frees native memory: it starts with LMDB and never ends. */
public final class NativeLibraryThreads implements ThreadFilter {

  @Override
  public boolean reject(Thread thread) {
    return thread.getName().startsWith("jnr.ffi");
  }
}
