package io.arroy.forest.store;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is stored of an index's items: block {@code META}, number {@value #NUMBER}.
 *
 * @param description the index
 * @param count number of items, 0 or more
 * @param dense whether the ids are 0 to {@code count - 1}, so that no ids are stored
 * @param maxSquaredNorm largest squared length of a vector, 0 without items
 */
public record ItemsHeader(
    IndexDescription description, int count, boolean dense, float maxSquaredNorm) {
  /** The block's number among the META blocks of its index. */
  public static final int NUMBER = 0;

  private static final int VERSION = 1;
  private static final int BYTES = 4 + 1 + 1 + 4 + 4 + 1 + 4;

  /** Writes this header. */
  public void write(BlockSink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(VERSION);
    buffer.put(description.distance().code());
    buffer.put(description.elementType().code());
    buffer.putInt(description.dimension());
    buffer.putInt(count);
    buffer.put((byte) (dense ? 1 : 0));
    buffer.putFloat(maxSquaredNorm);
    sink.put(key(description.index()), MemorySegment.ofArray(buffer.array()));
  }

  /** Whether an index has a header: there is no index without. */
  public static boolean exists(BlockSource source, int index) throws IOException {
    return source.find(key(index)).isPresent();
  }

  /**
   * Reads the header of an index.
   *
   * @throws CorruptEnvironmentException if it is missing or holds what it cannot
   */
  public static ItemsHeader read(BlockSource source, int index) throws IOException {
    Block block = source.get(key(index));
    if (block.length() != BYTES) {
      throw corrupt(index, "is " + block.length() + " bytes long, not " + BYTES);
    }
    MemorySegment bytes = block.cursor().read(0, BYTES);
    ByteBuffer buffer = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    try {
      int version = buffer.getInt();
      if (version != VERSION) {
        throw corrupt(index, "has version " + version + ", expected " + VERSION);
      }
      Distance distance = Distance.of(buffer.get());
      ElementType elementType = ElementType.of(buffer.get());
      int dimension = buffer.getInt();
      int count = buffer.getInt();
      byte dense = buffer.get();
      float maxSquaredNorm = buffer.getFloat();
      if (count < 0 || dense < 0 || dense > 1 || !(maxSquaredNorm >= 0)) {
        throw corrupt(
            index, "holds " + count + " items, dense " + dense + ", norm " + maxSquaredNorm);
      }
      return new ItemsHeader(
          new IndexDescription(index, distance, elementType, dimension),
          count,
          dense == 1,
          maxSquaredNorm);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new CorruptEnvironmentException("items header of index " + index, e);
    }
  }

  private static BlockKey key(int index) {
    return new BlockKey(BlockKind.META, index, 0, NUMBER);
  }

  private static CorruptEnvironmentException corrupt(int index, String what) {
    return new CorruptEnvironmentException("items header of index " + index + " " + what);
  }
}
