package io.arroy.forest.distance;

import java.lang.foreign.MemorySegment;

/**
 * Vectors of 1 and -1, stored as bits: little-endian 64-bit words, bit {@code i % 64} of word
 * {@code i / 64} is 1 where element {@code i} is 1, and 0 past the last. All distances of two such
 * vectors follow from how many elements differ.
 */
public final class Signs {
  private Signs() {}

  /** 64-bit words of a vector. */
  public static int words(int dimension) {
    return (dimension + 63) / 64;
  }

  /** Bytes of a stored vector. */
  public static int bytes(int dimension) {
    return 8 * words(dimension);
  }

  /** The words of a vector: 1 where a value is not negative. */
  public static long[] pack(float[] values) {
    long[] words = new long[words(values.length)];
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] < 0)) {
        words[i / 64] |= 1L << i;
      }
    }
    return words;
  }

  /** Stores the words of a vector. */
  public static void store(long[] words, MemorySegment into, long offset) {
    MemorySegment.copy(words, 0, into, Layouts.LONG, offset, words.length);
  }

  /** Writes a stored vector to {@code into[at..]}, as 1 and -1. */
  public static void unpack(MemorySegment stored, int dimension, float[] into, int at) {
    long word = 0;
    for (int i = 0; i < dimension; i++) {
      if (i % 64 == 0) {
        word = stored.get(Layouts.LONG, i / 8);
      }
      into[at + i] = 2 * (word & 1) - 1;
      word >>>= 1;
    }
  }

  /** How many elements of a vector differ from those of a stored one. */
  public static int differing(long[] words, MemorySegment stored) {
    int differing = 0;
    for (int i = 0; i < words.length; i++) {
      differing += Long.bitCount(words[i] ^ stored.get(Layouts.LONG, 8L * i));
    }
    return differing;
  }

  /** The proximity of two vectors of which so many elements differ. */
  public static float proximity(Distance distance, int differing, int dimension) {
    return switch (distance) {
      case EUCLIDEAN -> -4f * differing;
      case MANHATTAN -> -2f * differing;
      case COSINE -> (float) (dimension - 2 * differing) / dimension;
      case DOT_PRODUCT -> dimension - 2 * differing;
    };
  }
}
