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
 * @param maxSquaredNorm no vector's squared length is larger; 0 without items
 * @param layout where the items lie
 */
public record ItemsHeader(
    IndexDescription description, int count, float maxSquaredNorm, ItemLayout layout) {
  /**
   * Where items were written anew, the limit is at most so many times the longest squared length.
   */
  public static final float MOST_ABOVE_LONGEST = 2;

  /** The block's number among the META blocks of its index. */
  public static final int NUMBER = 0;

  private static final int PACKED = 1;
  private static final int SLOTTED = 2;
  private static final int PACKED_BYTES = 4 + 1 + 1 + 4 + 4 + 1 + 4;
  private static final int SLOTTED_BYTES = PACKED_BYTES + 4 + 1 + 1;

  /** Writes this header. */
  public void write(BlockSink sink) throws IOException {
    boolean packed = isPacked();
    ByteBuffer buffer = ByteBuffer.allocate(packed ? PACKED_BYTES : SLOTTED_BYTES);
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(packed ? PACKED : SLOTTED);
    buffer.put(description.distance().code());
    buffer.put(description.elementType().code());
    buffer.putInt(description.dimension());
    buffer.putInt(count);
    buffer.put((byte) (packed ? layout.order().ordinal() - 1 : layout.order().ordinal()));
    buffer.putFloat(maxSquaredNorm);
    if (!packed) {
      buffer.putInt(layout.slots());
      buffer.put((byte) layout.vectorShift());
      buffer.put((byte) layout.numberShift());
    }
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
    if (block.length() != PACKED_BYTES && block.length() != SLOTTED_BYTES) {
      throw corrupt(index, "is " + block.length() + " bytes long");
    }
    MemorySegment bytes = block.cursor().read(0, (int) block.length());
    ByteBuffer buffer = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    try {
      int version = buffer.getInt();
      if (version != (block.length() == PACKED_BYTES ? PACKED : SLOTTED)) {
        throw corrupt(index, "has version " + version + " and " + block.length() + " bytes");
      }
      Distance distance = Distance.of(buffer.get());
      ElementType elementType = ElementType.of(buffer.get());
      int dimension = buffer.getInt();
      int count = buffer.getInt();
      int order = buffer.get();
      float maxSquaredNorm = buffer.getFloat();
      IndexDescription description = new IndexDescription(index, distance, elementType, dimension);
      if (count < 0 || order < 0 || order > version || !(maxSquaredNorm >= 0)) {
        throw corrupt(
            index, "holds " + count + " items, order " + order + ", norm " + maxSquaredNorm);
      }
      ItemLayout layout =
          version == PACKED
              ? ItemLayout.packed(description, count, order == 1)
              : slotted(description, buffer, order);
      if (layout.slots() < count
          || (layout.slots() > count && layout.order() != ItemLayout.Order.SORTED)) {
        throw corrupt(index, "holds " + count + " items in " + layout);
      }
      return new ItemsHeader(description, count, maxSquaredNorm, layout);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new CorruptEnvironmentException("items header of index " + index, e);
    }
  }

  private static ItemLayout slotted(IndexDescription description, ByteBuffer buffer, int order) {
    ItemLayout.Order[] orders = ItemLayout.Order.values();
    if (order >= orders.length) {
      throw new IllegalArgumentException("order " + order);
    }
    return ItemLayout.stored(
        description, buffer.getInt(), orders[order], buffer.get(), buffer.get());
  }

  /** Whether the ids are 0 to {@code count - 1} and each is its ordinal. */
  public boolean dense() {
    return layout.order() == ItemLayout.Order.DENSE;
  }

  /** Whether the items lie as they do in a segment of Lucene. */
  public boolean isPacked() {
    return layout.equals(ItemLayout.packed(description, count, dense()));
  }

  private static BlockKey key(int index) {
    return new BlockKey(BlockKind.META, index, 0, NUMBER);
  }

  private static CorruptEnvironmentException corrupt(int index, String what) {
    return new CorruptEnvironmentException("items header of index " + index + " " + what);
  }
}
