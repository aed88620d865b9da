package io.arroy.forest.store;

import java.util.zip.CRC32C;

/**
 * Where a block lies in an image.
 *
 * @param key its name
 * @param offset its first byte, counted from the start of the image
 * @param length its bytes, 1 to {@value #MAX_BYTES}
 * @param checksum the {@link CRC32C} of its bytes
 */
public record StoredBlock(BlockKey key, long offset, long length, int checksum) {
  /** The most bytes a block may have. */
  public static final long MAX_BYTES = 1L << 30;

  /** Checks the ranges. */
  public StoredBlock {
    if (offset < 0 || length < 1 || length > MAX_BYTES || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          key + " cannot lie at byte " + offset + " with " + length + " bytes");
    }
  }

  /** The first byte after it. */
  public long end() {
    return offset + length;
  }
}
