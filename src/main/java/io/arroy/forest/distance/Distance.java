package io.arroy.forest.distance;

import java.lang.foreign.MemorySegment;
import org.apache.lucene.util.VectorUtil;

/**
 * How far two vectors are apart.
 *
 * <p>Search orders by <i>proximity</i>, a number that is larger for nearer vectors and costs least
 * to compute; {@link #fromProximity} turns it into the distance in its own unit.
 */
public enum Distance {
  /** Straight-line distance; its proximity is minus the square of it. */
  EUCLIDEAN(1),
  /** Sum of absolute differences; its proximity is minus that sum. */
  MANHATTAN(2),
  /**
   * One minus the cosine of the angle, 0 to 2; its proximity is the cosine, 0 with a zero vector.
   */
  COSINE(3),
  /** Minus the dot product; its proximity is the dot product. */
  DOT_PRODUCT(4);

  private final byte code;

  Distance(int code) {
    this.code = (byte) code;
  }

  /** The byte that stands for this distance in stored data. */
  public byte code() {
    return code;
  }

  /**
   * The distance with this code.
   *
   * @throws IllegalArgumentException if none has it
   */
  public static Distance of(byte code) {
    for (Distance distance : values()) {
      if (distance.code == code) {
        return distance;
      }
    }
    throw new IllegalArgumentException("unknown distance code " + code);
  }

  /** Proximity of two vectors of equal length. */
  public float proximity(float[] a, float[] b) {
    return switch (this) {
      case EUCLIDEAN -> -FloatKernels.BEST.squaredDistance(a, MemorySegment.ofArray(b), 0);
      case MANHATTAN -> -FloatKernels.BEST.manhattan(a, MemorySegment.ofArray(b), 0);
      case COSINE -> cosine(a, b);
      case DOT_PRODUCT -> dot(a, b);
    };
  }

  /** Proximity of two byte vectors of equal length. */
  public float proximity(byte[] a, byte[] b) {
    return switch (this) {
      case EUCLIDEAN -> -VectorUtil.squareDistance(a, b);
      case MANHATTAN -> -manhattan(a, b);
      case COSINE -> cosine(a, b);
      case DOT_PRODUCT -> VectorUtil.dotProduct(a, b);
    };
  }

  /** The distance in its own unit, from a proximity. */
  public float fromProximity(float proximity) {
    return switch (this) {
      case EUCLIDEAN -> (float) Math.sqrt(Math.max(0, -proximity));
      case MANHATTAN, DOT_PRODUCT -> -proximity;
      case COSINE -> 1 - proximity;
    };
  }

  private static float dot(float[] a, float[] b) {
    return FloatKernels.BEST.dot(a, 0, b, 0, a.length);
  }

  private static float cosine(float[] a, float[] b) {
    double norms = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
    return norms == 0 ? 0 : (float) (dot(a, b) / norms);
  }

  private static float cosine(byte[] a, byte[] b) {
    double norms = (double) VectorUtil.dotProduct(a, a) * VectorUtil.dotProduct(b, b);
    return norms == 0 ? 0 : (float) (VectorUtil.dotProduct(a, b) / Math.sqrt(norms));
  }

  private static int manhattan(byte[] a, byte[] b) {
    int sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum;
  }
}
