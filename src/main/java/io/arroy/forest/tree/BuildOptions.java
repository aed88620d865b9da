package io.arroy.forest.tree;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * How to build a forest.
 *
 * @param trees number of trees, 1 to {@value #MAX_TREES}, or {@link #AUTO}
 * @param leafSize items a leaf should hold, {@value #MIN_LEAF_SIZE} to {@value #MAX_LEAF_SIZE}
 * @param forestFrom number of items below which no forest is built and a search scans them all, 0
 *     or more
 * @param calibrateFrom number of items from which it is measured what searches miss, 0 or more; see
 *     docs/tuning.md
 * @param seed where the choices of a build come from: equal items, options and seeds give equal
 *     bytes, whatever the executor; draw it from any {@code RandomGenerator}
 * @param memoryBytes vectors that a build holds in memory beside its other needs, at least {@value
 *     #MIN_MEMORY_BYTES}; where there are more, it works on one part of the tree after another, and
 *     a forest so built may differ
 * @param executor runs parts of the build beside the calling thread; {@code Runnable::run} for none
 * @param monitor follows the build and may end it
 */
public record BuildOptions(
    int trees,
    int leafSize,
    int forestFrom,
    int calibrateFrom,
    long seed,
    long memoryBytes,
    Executor executor,
    BuildMonitor monitor) {
  /**
   * As many trees as suit the number and dimension of the items: see {@link #treesFor(int, int)}.
   */
  public static final int AUTO = 0;

  /** The most trees a forest may have. */
  public static final int MAX_TREES = 1024;

  /** The smallest leaf size. */
  public static final int MIN_LEAF_SIZE = 2;

  /** The largest leaf size. */
  public static final int MAX_LEAF_SIZE = 65_536;

  /** The least memory for vectors, in bytes. */
  public static final long MIN_MEMORY_BYTES = 1 << 20;

  /**
   * One tree, leaves of 128, no forest below 16,384 items, calibrated from 50,000 on, seed 42, 256
   * MiB of vectors in memory, one thread, no monitor.
   */
  public static final BuildOptions DEFAULT =
      new BuildOptions(1, 128, 16_384, 50_000, 42, 256L << 20, Runnable::run, BuildMonitor.NONE);

  /** Checks the ranges. */
  public BuildOptions {
    check("trees", trees, AUTO, MAX_TREES);
    check("leafSize", leafSize, MIN_LEAF_SIZE, MAX_LEAF_SIZE);
    check("forestFrom", forestFrom, 0, Integer.MAX_VALUE);
    check("calibrateFrom", calibrateFrom, 0, Integer.MAX_VALUE);
    check("memoryBytes", memoryBytes, MIN_MEMORY_BYTES, Long.MAX_VALUE);
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", got " + value);
    }
  }

  /**
   * The number of trees of a forest over so many items of this dimension: none below {@link
   * #forestFrom}, else as many as wanted. {@link #AUTO} is one whatever the size and dimension: as
   * far as measured, one tree with twice the budget finds as much as two trees, which cost twice as
   * much to build and to store.
   */
  public int treesFor(int items, int dimension) {
    if (items < forestFrom || items == 0) {
      return 0;
    }
    return trees == AUTO ? 1 : trees;
  }

  /** The same with another number of trees. */
  public BuildOptions withTrees(int value) {
    return new BuildOptions(
        value, leafSize, forestFrom, calibrateFrom, seed, memoryBytes, executor, monitor);
  }

  /** The same with another leaf size. */
  public BuildOptions withLeafSize(int value) {
    return new BuildOptions(
        trees, value, forestFrom, calibrateFrom, seed, memoryBytes, executor, monitor);
  }

  /** The same with another size from which a forest is built. */
  public BuildOptions withForestFrom(int value) {
    return new BuildOptions(
        trees, leafSize, value, calibrateFrom, seed, memoryBytes, executor, monitor);
  }

  /** The same with another size from which it is measured what searches miss. */
  public BuildOptions withCalibrateFrom(int value) {
    return new BuildOptions(
        trees, leafSize, forestFrom, value, seed, memoryBytes, executor, monitor);
  }

  /** The same with another seed. */
  public BuildOptions withSeed(long value) {
    return new BuildOptions(
        trees, leafSize, forestFrom, calibrateFrom, value, memoryBytes, executor, monitor);
  }

  /** The same with a seed drawn from a generator. */
  public BuildOptions withRandom(RandomGenerator generator) {
    return withSeed(generator.nextLong());
  }

  /** How many vectors of a size the memory holds. */
  int pointsInMemory(int vectorBytes) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, memoryBytes / vectorBytes));
  }

  /** The same with another memory for vectors. */
  public BuildOptions withMemoryBytes(long value) {
    return new BuildOptions(
        trees, leafSize, forestFrom, calibrateFrom, seed, value, executor, monitor);
  }

  /** The same with another executor. */
  public BuildOptions withExecutor(Executor value) {
    return new BuildOptions(
        trees, leafSize, forestFrom, calibrateFrom, seed, memoryBytes, value, monitor);
  }

  /** The same with another monitor. */
  public BuildOptions withMonitor(BuildMonitor value) {
    return new BuildOptions(
        trees, leafSize, forestFrom, calibrateFrom, seed, memoryBytes, executor, value);
  }
}
