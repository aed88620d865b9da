package io.arroy.forest.store;

import java.io.IOException;
import org.apache.lucene.util.FixedBitSet;

/**
 * The ids of an index's items, by ordinal, and the ordinals by rank: the rank of an item is its
 * place among all in ascending order of their ids. In an index written by items in order, rank and
 * ordinal are the same. Safe for use by many threads; a cursor belongs to one.
 */
public final class Ids {
  /** Stands for the id where an ordinal has no item. */
  public static final int NONE = -1;

  private final int index;
  private final int count;
  private final int slots;

  /** The id of each ordinal, or null where it is the ordinal. */
  private final Numbers ids;

  /** The ordinal of each rank, or null where it is the rank. */
  private final Numbers order;

  private Ids(int index, int count, int slots, Numbers ids, Numbers order) {
    this.index = index;
    this.count = count;
    this.slots = slots;
    this.ids = ids;
    this.order = order;
  }

  /**
   * Finds the blocks of an index.
   *
   * @throws CorruptEnvironmentException if one is missing or has the wrong length
   */
  public static Ids open(BlockSource source, ItemsHeader header) throws IOException {
    ItemLayout layout = header.layout();
    int index = header.description().index();
    int shift = layout.numberShift();
    Numbers ids = null;
    Numbers order = null;
    if (layout.order() != ItemLayout.Order.DENSE) {
      ids = Numbers.open(source, BlockKey.of(BlockKind.IDS, index), layout.slots(), shift);
    }
    if (layout.order() == ItemLayout.Order.SORTED) {
      order = Numbers.open(source, BlockKey.of(BlockKind.ORDER, index), header.count(), shift);
    }
    return new Ids(index, header.count(), layout.slots(), ids, order);
  }

  /**
   * Checks that ids ascend by rank and that no ordinal with an id is without a rank: otherwise who
   * writes them anew would lose items. Takes time in the number of ordinals.
   *
   * @throws CorruptEnvironmentException if not
   */
  public void check() throws IOException {
    checkOccupied();
    Cursor cursor = cursor();
    int last = -1;
    for (int rank = 0; rank < count; rank++) {
      int ordinal = cursor.ordinal(rank);
      int id = cursor.id(ordinal);
      // Ascending ids cannot come from one ordinal twice, nor, being positive, from a free one.
      if (id <= last) {
        throw corrupt("ordinal " + ordinal + " has id " + id + " after id " + last);
      }
      last = id;
    }
  }

  /**
   * Checks that as many ordinals have an id as there are items: that none is free but seems not to
   * be, or the other way round.
   *
   * @throws CorruptEnvironmentException if not
   */
  public void checkOccupied() throws IOException {
    Cursor cursor = cursor();
    int occupied = 0;
    for (int ordinal = 0; ordinal < slots; ordinal++) {
      int id = cursor.id(ordinal);
      if (id < NONE) {
        throw corrupt("ordinal " + ordinal + " has id " + id);
      }
      occupied += id == NONE ? 0 : 1;
    }
    if (occupied != count) {
      throw corrupt(occupied + " ordinals have an id, there are " + count + " items");
    }
  }

  private CorruptEnvironmentException corrupt(String what) {
    return new CorruptEnvironmentException("index " + index + ": " + what);
  }

  /** Number of ids. */
  public int size() {
    return count;
  }

  /** Number of ordinals, some perhaps without an item. */
  public int slots() {
    return slots;
  }

  /** Whether every id is its ordinal. */
  public boolean dense() {
    return ids == null;
  }

  /** The ordinals that have an item, or null if all have. */
  public FixedBitSet occupied() throws IOException {
    if (count == slots) {
      return null;
    }
    FixedBitSet occupied = new FixedBitSet(slots);
    Numbers.Cursor cursor = ids.cursor();
    for (int ordinal = 0; ordinal < slots; ordinal++) {
      if (cursor.get(ordinal) != NONE) {
        occupied.set(ordinal);
      }
    }
    return occupied;
  }

  /** The id of every ordinal, {@link #NONE} where it has no item. */
  public int[] toArray() throws IOException {
    int[] all = new int[slots];
    if (ids == null) {
      java.util.Arrays.setAll(all, i -> i);
    } else {
      ids.cursor().get(0, slots, all, 0);
    }
    return all;
  }

  /** A new reader, for one thread at a time. */
  public Cursor cursor() {
    return new Cursor();
  }

  /** Reads ids. */
  public final class Cursor {
    private final Numbers.Cursor idCursor = ids == null ? null : ids.cursor();
    private final Numbers.Cursor orderCursor = order == null ? null : order.cursor();

    private Cursor() {}

    /** The id of an ordinal. */
    public int id(int ordinal) throws IOException {
      if (ordinal < 0 || ordinal >= slots) {
        throw new IndexOutOfBoundsException("ordinal " + ordinal + " of " + slots);
      }
      return idCursor == null ? ordinal : idCursor.get(ordinal);
    }

    /** The ordinal of a rank, 0 to {@code size() - 1}. */
    public int ordinal(int rank) throws IOException {
      if (rank < 0 || rank >= count) {
        throw new IndexOutOfBoundsException("rank " + rank + " of " + count);
      }
      if (orderCursor == null) {
        return rank;
      }
      int ordinal = orderCursor.get(rank);
      if (ordinal < 0 || ordinal >= slots) {
        throw new CorruptEnvironmentException(
            "rank " + rank + " has ordinal " + ordinal + " of " + slots);
      }
      return ordinal;
    }

    /** The ordinal of the item with an id, or -1 if there is none. */
    public int find(int id) throws IOException {
      int rank = id < 0 ? count : advance(id, 0);
      if (rank == count) {
        return -1;
      }
      int ordinal = ordinal(rank);
      return id(ordinal) == id ? ordinal : -1;
    }

    /**
     * The first rank at or after {@code from} whose id is at least {@code id}, or the number of
     * items if there is none. Takes time in the logarithm of the distance.
     */
    public int advance(int id, int from) throws IOException {
      if (idCursor == null) {
        return Math.min(count, Math.max(id, from));
      }
      int low = from;
      int step = 1;
      int high = from;
      while (high < count && id(ordinal(high)) < id) {
        low = high + 1;
        high = (int) Math.min(count, (long) high + step);
        step <<= 1;
      }
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (id(ordinal(middle)) < id) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
