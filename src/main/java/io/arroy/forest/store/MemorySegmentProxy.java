package io.arroy.forest.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import jnr.ffi.Pointer;
import org.lmdbjava.BufferProxy;

/**
 * Lets lmdbjava exchange memory segments with LMDB: needs no opened JDK packages and no {@code
 * Unsafe}, and has no 2 GiB limit.
 *
 * <p>The segments it gives out are of global scope: they do not know when LMDB unmaps what they
 * point to. Whoever keeps one must first tie it to an arena that is closed before that.
 */
final class MemorySegmentProxy extends BufferProxy<MemorySegment> {
  static final MemorySegmentProxy INSTANCE = new MemorySegmentProxy();

  /** The whole address space. The one place that needs native access to be enabled. */
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final Comparator<MemorySegment> LEXICOGRAPHIC = MemorySegmentProxy::compare;

  private MemorySegmentProxy() {}

  /** LMDB's own order: by unsigned bytes, a prefix before what it begins. */
  static int compare(MemorySegment a, MemorySegment b) {
    long at = a.mismatch(b);
    if (at == -1) {
      return 0;
    }
    if (at >= a.byteSize() || at >= b.byteSize()) {
      return Long.compare(a.byteSize(), b.byteSize());
    }
    return Byte.compareUnsigned(a.get(ValueLayout.JAVA_BYTE, at), b.get(ValueLayout.JAVA_BYTE, at));
  }

  @Override
  protected MemorySegment allocate() {
    return MemorySegment.NULL;
  }

  @Override
  protected void deallocate(MemorySegment buffer) {}

  @Override
  protected byte[] getBytes(MemorySegment buffer) {
    return buffer.toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  protected Comparator<MemorySegment> getSignedComparator() {
    return LEXICOGRAPHIC;
  }

  @Override
  protected Comparator<MemorySegment> getUnsignedComparator() {
    return LEXICOGRAPHIC;
  }

  @Override
  protected Pointer in(MemorySegment buffer, Pointer value) {
    if (!buffer.isNative()) {
      throw new IllegalArgumentException("LMDB takes native memory only");
    }
    fill(value, buffer.byteSize(), buffer.address());
    return null;
  }

  @Override
  protected Pointer in(MemorySegment buffer, int size, Pointer value) {
    fill(value, size, buffer.address());
    return null;
  }

  @Override
  protected MemorySegment out(MemorySegment buffer, Pointer value) {
    long at = value.address();
    return ALL.asSlice(
        ALL.get(ValueLayout.JAVA_LONG, at + STRUCT_FIELD_OFFSET_DATA),
        ALL.get(ValueLayout.JAVA_LONG, at + STRUCT_FIELD_OFFSET_SIZE));
  }

  /** The memory from an address on, of global scope. */
  static MemorySegment at(long address, long size) {
    return ALL.asSlice(address, size);
  }

  private static void fill(Pointer value, long size, long address) {
    long at = value.address();
    ALL.set(ValueLayout.JAVA_LONG, at + STRUCT_FIELD_OFFSET_SIZE, size);
    ALL.set(ValueLayout.JAVA_LONG, at + STRUCT_FIELD_OFFSET_DATA, address);
  }
}
