package io.arroy.cli.vectors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How one element of a vector is written in a data file; numbers are little-endian. */
public enum ElementKind {
  /** IEEE single precision. */
  FLOAT32(4),
  /** IEEE half precision. */
  FLOAT16(2),
  /** Bytes from 0 to 255. */
  UINT8(1),
  /** Bytes from -128 to 127. */
  INT8(1);

  private static final ValueLayout.OfFloat FLOATS =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORTS =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final int bytes;

  ElementKind(int bytes) {
    this.bytes = bytes;
  }

  /** Size of an element. */
  public int bytes() {
    return bytes;
  }

  /** Copies {@code count} elements, which start at {@code position}, to {@code target}. */
  void copy(MemorySegment data, long position, float[] target, int offset, int count) {
    switch (this) {
      case FLOAT32 -> MemorySegment.copy(data, FLOATS, position, target, offset, count);
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(data.get(SHORTS, position + 2L * i));
        }
      }
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = data.get(ValueLayout.JAVA_BYTE, position + i) & 0xff;
        }
      }
      case INT8 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = data.get(ValueLayout.JAVA_BYTE, position + i);
        }
      }
    }
  }
}
