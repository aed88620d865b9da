package io.arroy.forest.distance;

/** What a stored vector is made of. */
public enum ElementType {
  /** IEEE 754 single precision, little-endian where stored. */
  FLOAT32(4),
  /** Signed bytes, -128 to 127. */
  BYTE(1),
  /**
   * Signs: of the floats that are put in, only whether each is negative is kept, and distances are
   * those between vectors of 1 and -1. Queries are reduced alike. See {@link Signs}.
   */
  BIT(0);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes; 0 for {@link #BIT}, of which 64 share eight bytes. */
  public int bytes() {
    return bytes;
  }

  /** Bytes of a stored vector of so many elements. */
  public int vectorBytes(int dimension) {
    return this == BIT ? Signs.bytes(dimension) : dimension * bytes;
  }

  /** What vectors and queries are given as: {@link #FLOAT32} for {@link #BIT}, else the same. */
  public ElementType input() {
    return this == BIT ? FLOAT32 : this;
  }

  /** The byte that stands for this in stored data. */
  public byte code() {
    return (byte) bytes;
  }

  /**
   * The element type with this code.
   *
   * @throws IllegalArgumentException if none has it
   */
  public static ElementType of(byte code) {
    for (ElementType type : values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown element type " + code);
  }
}
