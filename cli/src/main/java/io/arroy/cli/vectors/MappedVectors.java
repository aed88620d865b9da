package io.arroy.cli.vectors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Vectors of a memory-mapped file, one row after the other. */
final class MappedVectors implements VectorSource {

  private static final ValueLayout.OfInt INTS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment data;
  private final ElementKind kind;
  private final int size;
  private final int dimension;

  /** Where the first row starts. */
  private final long start;

  /** Bytes before the elements of each row: 0, or 4 for a count of elements. */
  private final int rowHeader;

  private MappedVectors(
      Path file,
      MemorySegment data,
      ElementKind kind,
      int size,
      int dimension,
      long start,
      int rowHeader) {
    this.file = file;
    this.data = data;
    this.kind = kind;
    this.size = size;
    this.dimension = dimension;
    this.start = start;
    this.rowHeader = rowHeader;
  }

  /** Rows without any header; {@code file} must hold whole rows and at least one. */
  static MappedVectors raw(Path file, ElementKind kind, int dimension) throws IOException {
    if (dimension < 1) {
      throw new MalformedDataException(file, "dimension " + dimension + " is not positive");
    }
    MemorySegment data = map(file);
    int size = rows(file, data.byteSize(), (long) dimension * kind.bytes());
    return new MappedVectors(file, data, kind, size, dimension, 0, 0);
  }

  /** {@code size} rows from byte {@code start} to the end of the file. */
  static MappedVectors framed(Path file, ElementKind kind, int size, int dimension, long start)
      throws IOException {
    MemorySegment data = map(file);
    long expected = start + (long) size * dimension * kind.bytes();
    if (data.byteSize() != expected) {
      throw new MalformedDataException(
          file, "has " + data.byteSize() + " bytes, its header asks for " + expected);
    }
    return new MappedVectors(file, data, kind, size, dimension, start, 0);
  }

  /** The fvecs and bvecs formats: each row starts with its number of elements. */
  static MappedVectors counted(Path file, ElementKind kind) throws IOException {
    MemorySegment data = map(file);
    if (data.byteSize() < Integer.BYTES) {
      throw new MalformedDataException(file, "is too short for one row");
    }
    int dimension = data.get(INTS, 0);
    if (dimension < 1) {
      throw new MalformedDataException(file, "row 0 claims " + dimension + " elements");
    }
    int size = rows(file, data.byteSize(), Integer.BYTES + (long) dimension * kind.bytes());
    return new MappedVectors(file, data, kind, size, dimension, 0, Integer.BYTES);
  }

  private static int rows(Path file, long bytes, long rowBytes) throws IOException {
    if (bytes == 0 || bytes % rowBytes != 0) {
      throw new MalformedDataException(
          file, "has " + bytes + " bytes, not a whole number of rows of " + rowBytes);
    }
    if (bytes / rowBytes > Integer.MAX_VALUE) {
      throw new MalformedDataException(file, "has more rows than one Lucene index can");
    }
    return (int) (bytes / rowBytes);
  }

  private static MemorySegment map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Reader reader() {
    long rowBytes = rowHeader + (long) dimension * kind.bytes();
    return (row, target, offset) -> {
      long position = start + row * rowBytes;
      if (rowHeader > 0 && data.get(INTS, position) != dimension) {
        throw new IllegalStateException(
            file
                + ": row "
                + row
                + " claims "
                + data.get(INTS, position)
                + " elements, row 0 "
                + dimension);
      }
      kind.copy(data, position + rowHeader, target, offset, dimension);
    };
  }
}
