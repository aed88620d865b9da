package io.arroy.forest.store;

import java.util.List;
import java.util.zip.CRC32C;

/**
 * Computes the checksums of an image while its bytes go by, from first to last: one of each block,
 * and one of everything between them. For one thread.
 */
public final class ImageChecksums {
  private final List<StoredBlock> blocks;
  private final int[] checksums;
  private final CRC32C block = new CRC32C();
  private final CRC32C structure = new CRC32C();
  private long position;
  private int next;

  /**
   * @param blocksByOffset where the blocks lie, in that order; their checksums are not looked at
   */
  public ImageChecksums(List<StoredBlock> blocksByOffset) {
    this.blocks = blocksByOffset;
    this.checksums = new int[blocksByOffset.size()];
  }

  /** Takes the next bytes of the image. */
  public void update(byte[] bytes, int offset, int length) {
    int at = offset;
    int left = length;
    while (left > 0) {
      int n;
      if (next == blocks.size()) {
        n = left;
        structure.update(bytes, at, n);
        position += n;
      } else if (position < blocks.get(next).offset()) {
        n = (int) Math.min(left, blocks.get(next).offset() - position);
        structure.update(bytes, at, n);
        position += n;
      } else {
        long end = blocks.get(next).end();
        n = (int) Math.min(left, end - position);
        block.update(bytes, at, n);
        position += n;
        if (position == end) {
          checksums[next++] = (int) block.getValue();
          block.reset();
        }
      }
      at += n;
      left -= n;
    }
  }

  /** The checksum of the bytes outside the blocks so far. */
  public int structure() {
    return (int) structure.getValue();
  }

  /**
   * The checksum of a block that has gone by.
   *
   * @param number counts the blocks by offset, from 0
   */
  public int block(int number) {
    if (number < 0 || number >= next) {
      throw new IndexOutOfBoundsException("block " + number + " of the first " + next);
    }
    return checksums[number];
  }

  /**
   * Compares what went by with what was recorded.
   *
   * @throws CorruptEnvironmentException if a length or checksum differs, naming the first that does
   */
  public void verify(ImageDescription expected) throws CorruptEnvironmentException {
    if (position != expected.length()) {
      throw new CorruptEnvironmentException(
          "environment has " + position + " bytes, expected " + expected.length());
    }
    verifyStructure(structure(), expected);
    List<StoredBlock> recorded = expected.blocksByOffset();
    for (int i = 0; i < recorded.size(); i++) {
      if (checksums[i] != recorded.get(i).checksum()) {
        throw new CorruptEnvironmentException(
            String.format(
                "%s has checksum %08x, expected %08x",
                recorded.get(i).key(), checksums[i], recorded.get(i).checksum()));
      }
    }
  }

  static void verifyStructure(int actual, ImageDescription expected)
      throws CorruptEnvironmentException {
    if (actual != expected.structureChecksum()) {
      throw new CorruptEnvironmentException(
          String.format(
              "pages outside the blocks have checksum %08x, expected %08x",
              actual, expected.structureChecksum()));
    }
  }
}
