package io.arroy.forest.distance;

/** What a vector is made of. */
public enum ElementType {
  /** IEEE 754 single precision, little-endian where stored. */
  FLOAT32(4),
  /** Signed bytes, -128 to 127. */
  BYTE(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
