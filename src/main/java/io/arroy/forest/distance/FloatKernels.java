package io.arroy.forest.distance;

import java.lang.foreign.MemorySegment;
import org.apache.lucene.util.Constants;

/**
 * The inner loops over float vectors: on arrays for building, straight on stored bytes for search.
 * Stored floats are little-endian at any alignment. Stateless and safe for use by many threads.
 */
public abstract sealed class FloatKernels permits SimdFloatKernels, ScalarFloatKernels {
  /** The fastest kernels this JVM can run. */
  public static final FloatKernels BEST = best();

  private static FloatKernels best() {
    return hasSimd() ? new SimdFloatKernels() : new ScalarFloatKernels();
  }

  /**
   * Whether this JVM has the Vector API and the compiler that makes something of it: without C2
   * each operation on a vector is a loop over boxed ones.
   */
  public static boolean hasSimd() {
    boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return module && !Constants.IS_CLIENT_VM;
  }

  /** Dot product of {@code a[aFrom..]} and {@code b[bFrom..]}, {@code length} elements each. */
  public abstract float dot(float[] a, int aFrom, float[] b, int bFrom, int length);

  /** Dot product of the query and the stored vector that starts at {@code offset}. */
  public abstract float dot(float[] query, MemorySegment stored, long offset);

  /** Dot product of a stored vector of {@code dimension} floats with itself. */
  public abstract float squaredNorm(MemorySegment stored, long offset, int dimension);

  /**
   * Squared Euclidean distance of the query and the stored vector that starts at {@code offset}.
   */
  public abstract float squaredDistance(float[] query, MemorySegment stored, long offset);

  /** Sum of absolute differences of the query and the stored vector at {@code offset}. */
  public abstract float manhattan(float[] query, MemorySegment stored, long offset);

  /**
   * Dot products of the query and four stored vectors, each as {@link #dot(float[], MemorySegment,
   * long)} gives it: four reads from memory wait for each other no longer than one.
   *
   * @param out {@code out[from..from + 3]} receives them
   */
  public abstract void dots(
      float[] query,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      float[] out,
      int from);

  /**
   * Squared Euclidean distances of the query and four stored vectors, each as {@link
   * #squaredDistance} gives it.
   *
   * @param out {@code out[from..from + 3]} receives them
   */
  public abstract void squaredDistances(
      float[] query,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      float[] out,
      int from);

  /**
   * Dot products of every row with every column of a matrix whose columns lie side by side: {@code
   * out[r * columnCount + c]} is the sum over {@code d} of {@code rows[r * dimension + d] *
   * matrix[from + d * columnCount + c]}.
   *
   * @param rows {@code rowCount} vectors of {@code dimension} elements, one after another
   * @param columnCount a multiple of 16
   */
  public abstract void multiply(
      float[] rows,
      int rowCount,
      float[] matrix,
      int from,
      int columnCount,
      int dimension,
      float[] out);

  /** {@code sum[from + i] += scale * x[xFrom + i]} for {@code length} elements. */
  public abstract void add(float[] sum, int from, float[] x, int xFrom, float scale, int length);

  /**
   * Sums the first {@code length} values less {@code shift}, and their squares.
   *
   * @param out becomes the two sums
   */
  public abstract void moments(float[] x, int length, float shift, float[] out);

  /**
   * The Walsh-Hadamard transform of some values in place, not scaled: each becomes the sum of all,
   * half of them with a minus.
   *
   * @param width how many, a power of two from 32 on
   */
  public abstract void hadamard(float[] x, int from, int width);
}
