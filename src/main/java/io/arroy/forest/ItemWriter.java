package io.arroy.forest;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Numbers;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/**
 * Writes the items of an index in ascending order of their ids: blocks of vectors as they fill, and
 * at the end the ids (where they are not 0, 1, 2, …) and the header. Holds one block of vectors, at
 * most 16 MiB, and four bytes an item.
 */
public final class ItemWriter {
  private final IndexDescription description;
  private final BlockSink sink;
  private final boolean slotted;
  private final int perBlock;
  private byte[] block = new byte[0];
  private int inBlock;
  private int blocks;
  private int[] ids = new int[0];
  private boolean dense = true;
  private int count;
  private int lastId = -1;
  private float maxSquaredNorm;
  private boolean finished;

  /** Starts an index without items, in the packed layout. */
  public ItemWriter(IndexDescription description, BlockSink sink) {
    this(description, sink, false);
  }

  /**
   * Starts an index without items.
   *
   * @param slotted whether in the slotted layout, which an {@link IndexUpdater} changes in place
   */
  ItemWriter(IndexDescription description, BlockSink sink, boolean slotted) {
    this.description = description;
    this.sink = sink;
    this.slotted = slotted;
    this.perBlock = layout(0).vectorsPerBlock();
  }

  private ItemLayout layout(int items) {
    return slotted
        ? ItemLayout.slotted(
            description, items, dense ? ItemLayout.Order.DENSE : ItemLayout.Order.ASCENDING)
        : ItemLayout.packed(description, items, dense);
  }

  /**
   * Adds an item of an index of floats or bits. The array may be reused.
   *
   * @param id larger than the one before, 0 or more
   * @throws IllegalArgumentException if the id is not, or the vector has the wrong dimension, holds
   *     bytes or a value that is not finite; the item is then not added
   */
  public void add(int id, float[] vector) throws IOException {
    check(id, ElementType.FLOAT32, vector.length);
    float squaredNorm = FloatKernels.BEST.dot(vector, 0, vector, 0, vector.length);
    if (!Float.isFinite(squaredNorm)) {
      // Perhaps only too large.
      checkFinite(id, vector);
    }
    MemorySegment target = next();
    if (description.elementType() == ElementType.BIT) {
      Signs.store(Signs.pack(vector), target, offset());
      added(id, description.dimension());
      return;
    }
    MemorySegment.copy(vector, 0, target, Layouts.FLOAT, offset(), vector.length);
    added(id, Math.min(Float.MAX_VALUE, squaredNorm));
  }

  /** Adds an item of an index of bytes, as {@link #add(int, float[])} does. */
  public void add(int id, byte[] vector) throws IOException {
    check(id, ElementType.BYTE, vector.length);
    MemorySegment.copy(vector, 0, next(), ValueLayout.JAVA_BYTE, offset(), vector.length);
    added(id, VectorUtil.dotProduct(vector, vector));
  }

  /**
   * Adds an item as another index of the same elements stores it; what they hold was checked when
   * it was put there.
   *
   * @param vector its bytes, read before this returns
   */
  public void addStored(int id, MemorySegment vector) throws IOException {
    check(id, description.elementType().input(), description.dimension());
    MemorySegment target = next();
    MemorySegment.copy(vector, 0, target, offset(), description.vectorBytes());
    added(id, squaredNorm(description, vector));
  }

  /** Number of items added. */
  public int count() {
    return count;
  }

  /**
   * Writes what is left, of an index whose forest may go on from an earlier one: their points are
   * to be the same if they can. No item can be added after.
   */
  public void finish(List<ForestInput> inputs) throws IOException {
    // Two may each be half of it.
    float limit = maxSquaredNorm;
    for (ForestInput input : inputs) {
      if (input.isMostOf(count)) {
        ItemsHeader before = ItemsHeader.read(input.source(), input.index());
        limit = LengthLimit.rewritten(before, maxSquaredNorm);
        if (limit == before.maxSquaredNorm()) {
          break;
        }
      }
    }
    maxSquaredNorm = limit;
    finish();
  }

  /** Writes what is left. No item can be added after. */
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("index " + description.index() + " is finished");
    }
    finished = true;
    flushBlock();
    block = new byte[0];
    ItemLayout layout = layout(count);
    if (!dense) {
      BlockKey first = BlockKey.of(BlockKind.IDS, description.index());
      Numbers.write(sink, first, ids, count, layout.numberShift());
    }
    new ItemsHeader(description, count, maxSquaredNorm, layout).write(sink);
  }

  private void check(int id, ElementType type, int dimension) {
    if (finished) {
      throw new IllegalStateException("index " + description.index() + " is finished");
    }
    if (id <= lastId) {
      throw new IllegalArgumentException(
          "ids of index " + description.index() + " must ascend, got " + id + " after " + lastId);
    }
    if (type != description.elementType().input() || dimension != description.dimension()) {
      throw new IllegalArgumentException(
          "index "
              + description.index()
              + " takes vectors of "
              + description.dimension()
              + " "
              + description.elementType().input()
              + ", item "
              + id
              + " has "
              + dimension
              + " "
              + type);
    }
  }

  private void checkFinite(int id, float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            "item "
                + id
                + " of index "
                + description.index()
                + " holds "
                + vector[i]
                + " at position "
                + i
                + ", values must be finite");
      }
    }
  }

  /** The squared length of a stored vector, as far as floats go. */
  static float squaredNorm(IndexDescription description, MemorySegment vector) {
    int dimension = description.dimension();
    return switch (description.elementType()) {
      case BIT -> dimension;
      case BYTE -> {
        byte[] bytes = vector.asSlice(0, dimension).toArray(ValueLayout.JAVA_BYTE);
        yield VectorUtil.dotProduct(bytes, bytes);
      }
      case FLOAT32 ->
          Math.min(Float.MAX_VALUE, FloatKernels.BEST.squaredNorm(vector, 0, dimension));
    };
  }

  private MemorySegment next() {
    int end = (inBlock + 1) * description.vectorBytes();
    if (end > block.length) {
      int most = perBlock * description.vectorBytes();
      block = Arrays.copyOf(block, Math.min(most, Math.max(end, block.length * 2)));
    }
    return MemorySegment.ofArray(block);
  }

  private long offset() {
    return (long) inBlock * description.vectorBytes();
  }

  private void added(int id, float squaredNorm) throws IOException {
    if (dense && id != count) {
      dense = false;
      ids = new int[Math.max(16, count * 2)];
      for (int i = 0; i < count; i++) {
        ids[i] = i;
      }
    }
    if (!dense) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, (int) Math.min(Integer.MAX_VALUE - 8, ids.length * 3L / 2 + 1));
      }
      ids[count] = id;
    }
    lastId = id;
    count++;
    maxSquaredNorm = Math.max(maxSquaredNorm, squaredNorm);
    if (++inBlock == perBlock) {
      flushBlock();
    }
  }

  private void flushBlock() throws IOException {
    if (inBlock > 0) {
      long bytes = (long) inBlock * description.vectorBytes();
      sink.put(
          new BlockKey(BlockKind.VECTORS, description.index(), 0, blocks++),
          MemorySegment.ofArray(block).asSlice(0, bytes));
      inBlock = 0;
    }
  }
}
