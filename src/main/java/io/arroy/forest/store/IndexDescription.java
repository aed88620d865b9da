package io.arroy.forest.store;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;

/**
 * What an index is: fixed when it is created.
 *
 * @param index its number in the environment, 0 to 65,535
 * @param distance how far two of its items are apart
 * @param elementType what its vectors are made of
 * @param dimension elements of a vector, 1 to {@value #MAX_DIMENSION}
 */
public record IndexDescription(
    int index, Distance distance, ElementType elementType, int dimension) {
  /** The largest dimension an index may have. */
  public static final int MAX_DIMENSION = 16_384;

  /** Checks the ranges. */
  public IndexDescription {
    if (index < 0 || index > 0xFFFF) {
      throw new IllegalArgumentException("index must be 0 to 65535, got " + index);
    }
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "dimension of index " + index + " must be 1 to " + MAX_DIMENSION + ", got " + dimension);
    }
  }

  /** Bytes of one stored vector. */
  public int vectorBytes() {
    return elementType.vectorBytes(dimension);
  }

  /**
   * Checks that a query fits this index.
   *
   * @throws IllegalArgumentException if its elements or dimension differ
   */
  public void checkQuery(ElementType type, int length) {
    if (type != elementType.input() || length != dimension) {
      throw new IllegalArgumentException(
          "index "
              + index
              + " takes queries of "
              + dimension
              + " "
              + elementType.input()
              + ", got "
              + length
              + " "
              + type);
    }
  }
}
