package io.arroy.demo.data;

import io.arroy.demo.DemoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Vectors of half floats, row after row in a little-endian file that is mapped, not read. */
public final class HalfVectors {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment halves;
  private final int size;
  private final int dimension;

  private HalfVectors(MemorySegment halves, int size, int dimension) {
    this.halves = halves;
    this.size = size;
    this.dimension = dimension;
  }

  /** Maps a file that must hold exactly so many vectors. */
  static HalfVectors map(Path file, int size, int dimension) throws IOException {
    long expected = (long) size * dimension * Short.BYTES;
    long bytes = Files.size(file);
    if (bytes != expected) {
      throw new DemoException(
          String.format(
              Locale.ROOT,
              "%s holds %,d bytes; %,d entries of %d dimensions (from the queries) take %,d",
              file,
              bytes,
              size,
              dimension,
              expected));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment map = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, Arena.ofAuto());
      return new HalfVectors(map, size, dimension);
    }
  }

  /** How many vectors there are. */
  public int size() {
    return size;
  }

  /** How many numbers a vector has. */
  public int dimension() {
    return dimension;
  }

  /** Decodes a vector into a new array. */
  public float[] row(int row) {
    float[] vector = new float[dimension];
    read(row, vector);
    return vector;
  }

  /** Decodes a vector into an array of the caller. */
  public void read(int row, float[] vector) {
    long first = (long) row * dimension;
    for (int i = 0; i < dimension; i++) {
      vector[i] = Float.float16ToFloat(halves.getAtIndex(HALF, first + i));
    }
  }
}
