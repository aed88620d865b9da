package io.arroy.lucene;

import io.arroy.forest.tree.BuildOptions;

/**
 * How segments are written. A reader needs none of it: what it depends on is in the segment.
 *
 * @param trees number of trees of a field's forest, 1 to {@value BuildOptions#MAX_TREES}
 * @param leafSize vectors a leaf should hold, {@value BuildOptions#MIN_LEAF_SIZE} to {@value
 *     BuildOptions#MAX_LEAF_SIZE}
 * @param forestFrom number of vectors of a field below which no forest is built and a search scans
 *     them all, 0 or more
 * @param seed where the choices of a build come from: equal segments get equal forests
 * @param defaultBudget how many vectors of a segment a query may score that does not say (see
 *     {@link ForestSearchStrategy}) and asks for few hits, at twenty times the hits asked for those
 *     take over; 0 leaves it to the forest
 * @param manhattan whether vectors are as far apart as the sum of their absolute differences; for
 *     fields declared {@code EUCLIDEAN}, whose scores are then 1 / (1 + that sum)
 * @param calibrateFrom number of vectors of a field from which its build measures what searches
 *     will miss, 0 or more; see docs/tuning.md
 * @param buildMemoryBytes vectors that the build of a field's forest holds outside the heap where a
 *     segment has more of them, at least {@value BuildOptions#MIN_MEMORY_BYTES}; see docs/sizing.md
 */
public record ForestParameters(
    int trees,
    int leafSize,
    int forestFrom,
    long seed,
    int defaultBudget,
    boolean manhattan,
    int calibrateFrom,
    long buildMemoryBytes) {
  /** What fits most: see each parameter's {@code with} method for its value. */
  public static final ForestParameters DEFAULT =
      new ForestParameters(
          BuildOptions.DEFAULT.trees(),
          BuildOptions.DEFAULT.leafSize(),
          BuildOptions.DEFAULT.forestFrom(),
          BuildOptions.DEFAULT.seed(),
          0,
          false,
          BuildOptions.DEFAULT.calibrateFrom(),
          BuildOptions.DEFAULT.memoryBytes());

  /** Checks the ranges. */
  public ForestParameters {
    var unused = BuildOptions.DEFAULT.withTrees(trees).withLeafSize(leafSize);
    unused =
        unused
            .withForestFrom(forestFrom)
            .withCalibrateFrom(calibrateFrom)
            .withMemoryBytes(buildMemoryBytes);
    if (trees == BuildOptions.AUTO) {
      throw new IllegalArgumentException("trees must be at least 1, got " + trees);
    }
    if (defaultBudget < 0) {
      throw new IllegalArgumentException(
          "defaultBudget must not be negative, got " + defaultBudget);
    }
  }

  /** The same with another number of trees; the default is {@code BuildOptions.DEFAULT}'s. */
  public ForestParameters withTrees(int value) {
    return new ForestParameters(
        value,
        leafSize,
        forestFrom,
        seed,
        defaultBudget,
        manhattan,
        calibrateFrom,
        buildMemoryBytes);
  }

  /** The same with another leaf size; the default is {@code BuildOptions.DEFAULT}'s. */
  public ForestParameters withLeafSize(int value) {
    return new ForestParameters(
        trees, value, forestFrom, seed, defaultBudget, manhattan, calibrateFrom, buildMemoryBytes);
  }

  /**
   * The same with another size from which a forest is built; the default is {@code
   * BuildOptions.DEFAULT}'s.
   */
  public ForestParameters withForestFrom(int value) {
    return new ForestParameters(
        trees, leafSize, value, seed, defaultBudget, manhattan, calibrateFrom, buildMemoryBytes);
  }

  /** The same with another seed; the default is {@code BuildOptions.DEFAULT}'s. */
  public ForestParameters withSeed(long value) {
    return new ForestParameters(
        trees,
        leafSize,
        forestFrom,
        value,
        defaultBudget,
        manhattan,
        calibrateFrom,
        buildMemoryBytes);
  }

  /** The same with another budget for queries that name none; the default is 0. */
  public ForestParameters withDefaultBudget(int value) {
    return new ForestParameters(
        trees, leafSize, forestFrom, seed, value, manhattan, calibrateFrom, buildMemoryBytes);
  }

  /** The same with or without Manhattan distance; the default is without. */
  public ForestParameters withManhattan(boolean value) {
    return new ForestParameters(
        trees, leafSize, forestFrom, seed, defaultBudget, value, calibrateFrom, buildMemoryBytes);
  }

  /**
   * The same with another size from which it is measured what searches miss; the default is {@code
   * BuildOptions.DEFAULT}'s, 50,000.
   */
  public ForestParameters withCalibrateFrom(int value) {
    return new ForestParameters(
        trees, leafSize, forestFrom, seed, defaultBudget, manhattan, value, buildMemoryBytes);
  }

  /**
   * The same with another memory for vectors; the default is {@code BuildOptions.DEFAULT}'s, 256
   * MiB.
   */
  public ForestParameters withBuildMemoryBytes(long value) {
    return new ForestParameters(
        trees, leafSize, forestFrom, seed, defaultBudget, manhattan, calibrateFrom, value);
  }

  BuildOptions buildOptions() {
    return BuildOptions.DEFAULT
        .withTrees(trees)
        .withLeafSize(leafSize)
        .withForestFrom(forestFrom)
        .withSeed(seed)
        .withCalibrateFrom(calibrateFrom)
        .withMemoryBytes(buildMemoryBytes);
  }
}
