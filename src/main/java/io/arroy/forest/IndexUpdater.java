package io.arroy.forest;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Changes an index: puts and deletes items, and builds. What is put or deleted is seen here at
 * once; searches see it after the next {@link #build} and the transaction's commit. Changes need
 * not be built in the transaction that makes them.
 *
 * <p>Belongs to the thread of its transaction, and ends with it. At most one at a time for an
 * index.
 */
public final class IndexUpdater {
  /** The least memory that a build in several transactions can do with. */
  public static final long MIN_MEMORY_BYTES = 1 << 20;

  private final IndexDescription description;
  private final WriteTransaction transaction;
  private final PendingChanges changes;

  /** Where an item's vector is laid out as it is stored. */
  private final MemorySegment stored;

  private Vectors vectors;
  private Ids ids;

  /** The largest id of an item or of a change, or -1 if that is not known. */
  private int largestId = -1;

  private IndexUpdater(IndexDescription description, WriteTransaction transaction)
      throws IOException {
    this.description = description;
    this.transaction = transaction;
    this.changes = new PendingChanges(description, transaction);
    this.stored = MemorySegment.ofArray(new byte[description.vectorBytes()]);
    reopen();
  }

  /**
   * Opens an index, and creates it if it is missing.
   *
   * @throws IllegalArgumentException if it is there with another distance, dimension or element
   */
  public static IndexUpdater create(IndexDescription description, WriteTransaction transaction)
      throws IOException {
    if (ItemsHeader.exists(transaction, description.index())) {
      IndexDescription found = ItemsHeader.read(transaction, description.index()).description();
      if (!found.equals(description)) {
        throw new IllegalArgumentException("index is " + found + ", not " + description);
      }
    } else {
      new ItemWriter(description, transaction, true).finish();
      new ForestBuilder(BuildOptions.DEFAULT).build(description, transaction, transaction);
    }
    return new IndexUpdater(description, transaction);
  }

  /**
   * Opens an index.
   *
   * @throws IllegalArgumentException if there is none with this number
   */
  public static IndexUpdater open(int index, WriteTransaction transaction) throws IOException {
    if (!ItemsHeader.exists(transaction, index)) {
      throw new IllegalArgumentException("there is no index " + index);
    }
    return new IndexUpdater(ItemsHeader.read(transaction, index).description(), transaction);
  }

  /**
   * Deletes an index and all it holds.
   *
   * @return whether there was one
   */
  public static boolean drop(int index, WriteTransaction transaction) throws IOException {
    int blocks = 0;
    for (BlockKind kind : BlockKind.values()) {
      blocks += transaction.deleteAll(kind, index);
    }
    return blocks > 0;
  }

  /** What the index is. */
  public IndexDescription description() {
    return description;
  }

  /**
   * Puts an item, in place of one with the same id. An index of bits keeps only the signs.
   *
   * @param id 0 or more
   * @param vector not kept
   * @throws IllegalArgumentException if the id is negative, or the index takes other vectors, or a
   *     value is not finite; nothing is changed then
   */
  public void put(int id, float[] vector) throws IOException {
    check(id, ElementType.FLOAT32, vector.length);
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            item(id) + " holds " + vector[i] + " at position " + i + ", values must be finite");
      }
    }
    if (description.elementType() == ElementType.BIT) {
      Signs.store(Signs.pack(vector), stored, 0);
    } else {
      MemorySegment.copy(vector, 0, stored, Layouts.FLOAT, 0, vector.length);
    }
    put(id);
  }

  /**
   * Puts an item with an id above all others: those of items, and of items put or deleted since the
   * last build. Unlike {@link #put}, it looks nothing up.
   *
   * @throws IllegalArgumentException if the id is not above all others, and as {@link #put}
   */
  public void append(int id, float[] vector) throws IOException {
    checkAppended(id);
    put(id, vector);
  }

  /** The same for an index of bytes. */
  public void append(int id, byte[] vector) throws IOException {
    checkAppended(id);
    put(id, vector);
  }

  /** Puts an item of an index of bytes. */
  public void put(int id, byte[] vector) throws IOException {
    check(id, ElementType.BYTE, vector.length);
    MemorySegment.copy(vector, 0, stored, ValueLayout.JAVA_BYTE, 0, vector.length);
    put(id);
  }

  private void put(int id) throws IOException {
    changes.put(id, stored);
    if (largestId >= 0) {
      largestId = Math.max(largestId, id);
    }
  }

  /**
   * Deletes an item.
   *
   * @return whether there was one
   */
  public boolean delete(int id) throws IOException {
    if (!contains(id)) {
      return false;
    }
    if (ordinal(id) < 0) {
      changes.forget(id);
    } else {
      changes.delete(id);
    }
    return true;
  }

  /** Deletes all items. */
  public void clear() throws IOException {
    changes.clear();
    Ids.Cursor cursor = ids.cursor();
    for (int rank = 0; rank < ids.size(); rank++) {
      changes.delete(cursor.id(cursor.ordinal(rank)));
    }
  }

  /** Whether there is an item with this id. */
  public boolean contains(int id) throws IOException {
    if (id < 0) {
      return false;
    }
    Optional<PendingChanges.Change> change = changes.find(id);
    return change.isPresent() ? change.get().isPut() : ordinal(id) >= 0;
  }

  /**
   * A copy of an item's vector of floats, or empty if there is no such item. An index of bits
   * answers with 1 and -1.
   */
  public Optional<float[]> floats(int id) throws IOException {
    checkType(ElementType.FLOAT32);
    if (!contains(id)) {
      return Optional.empty();
    }
    MemorySegment vector = stored(id);
    if (description.elementType() == ElementType.FLOAT32) {
      return Optional.of(vector.toArray(Layouts.FLOAT));
    }
    float[] signs = new float[description.dimension()];
    Signs.unpack(vector, signs.length, signs, 0);
    return Optional.of(signs);
  }

  /** A copy of an item's vector of bytes, or empty if there is no such item. */
  public Optional<byte[]> bytes(int id) throws IOException {
    checkType(ElementType.BYTE);
    return contains(id) ? Optional.of(stored(id).toArray(ValueLayout.JAVA_BYTE)) : Optional.empty();
  }

  /** Number of items. Takes time in the number of changes. */
  public int size() throws IOException {
    int size = ids.size();
    for (int id : changes.ids()) {
      boolean was = ordinal(id) >= 0;
      boolean is = contains(id);
      size += (is ? 1 : 0) - (was ? 1 : 0);
    }
    return size;
  }

  /**
   * Whether there are changes to build: whether anything was put or deleted since the last one,
   * even if it was taken back.
   */
  public boolean hasChanges() throws IOException {
    return changes.any();
  }

  /** Calls back with the id of every item, ascending. Nothing may be changed meanwhile. */
  public void forEachId(IntConsumer consumer) throws IOException {
    MergedItems items = new MergedItems(ids, changes.ids());
    while (items.next()) {
      if (!items.isChanged() || contains(items.id())) {
        consumer.accept(items.id());
      }
    }
  }

  /**
   * Brings the forest up to date with the items. Leaves that nothing changed in keep their centroid
   * and their codes, and no vector moves but those put: a deleted item leaves room for another.
   * Where more than half of the room is free, or the index was written by an {@link ItemWriter},
   * all vectors are written anew, close together. Does nothing where nothing changed and the forest
   * has as many trees and as large leaves as wanted.
   *
   * <p>If it ends with an exception, such as the monitor's, the transaction can no longer be
   * committed: closing it leaves everything as it was.
   *
   * <p>Where more than about 300 MB were put, commit them before: deleting so much that the same
   * transaction wrote takes LMDB very long, see docs/features.md.
   */
  public void build(BuildOptions options) throws IOException {
    build(options, true);
  }

  /**
   * Builds an index in several transactions, so that none holds much more than a stated memory:
   * what was put is moved, part by part, to where the last one, which builds the forest, leaves it.
   * Searches see the last build until then. Ended midway, by an exception or the process's death,
   * nothing is lost: the changes are still to be built.
   *
   * <p>The last transaction holds the new leaves, for which docs/features.md has a formula; where
   * {@link #build} would write all vectors anew, it holds those.
   *
   * @param memoryBytes what the transactions before the last may hold, at least {@value
   *     #MIN_MEMORY_BYTES}, and how many bytes of vectors the last works on at once if the options
   *     do not say less
   * @throws IllegalArgumentException if that is less, or there is no index with this number
   */
  public static void build(
      Environment environment, int index, BuildOptions options, long memoryBytes)
      throws IOException {
    if (memoryBytes < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "memoryBytes must be at least " + MIN_MEMORY_BYTES + ", got " + memoryBytes);
    }
    boolean placed = false;
    while (!placed) {
      try (WriteTransaction transaction = environment.write()) {
        placed = open(index, transaction).place(options, memoryBytes);
        transaction.commit();
      }
    }
    try (WriteTransaction transaction = environment.write()) {
      long inMemory = Math.min(options.memoryBytes(), memoryBytes);
      open(index, transaction).build(options.withMemoryBytes(inMemory));
      transaction.commit();
    }
  }

  /** Moves vectors that were put; returns whether all are where the next build leaves them. */
  boolean place(BuildOptions options, long memoryBytes) throws IOException {
    boolean all = new IndexBuild(description, transaction, changes, options).place(memoryBytes);
    reopen();
    return all;
  }

  /** Builds the forest from nothing. */
  public void rebuild(BuildOptions options) throws IOException {
    build(options, false);
  }

  private void build(BuildOptions options, boolean goOn) throws IOException {
    IndexBuild build = new IndexBuild(description, transaction, changes, options);
    if (goOn && changes.ids().length == 0 && build.isDone()) {
      changes.clear();
      return;
    }
    transaction.doom(description.index());
    build.run(goOn);
    reopen();
    transaction.clearDoom(description.index());
  }

  private void reopen() throws IOException {
    largestId = -1;
    ItemsHeader header = ItemsHeader.read(transaction, description.index());
    vectors = Vectors.open(transaction, header);
    ids = Ids.open(transaction, header);
  }

  /** The ordinal of an item in the last build, or -1. */
  private int ordinal(int id) throws IOException {
    return ids.cursor().find(id);
  }

  /** The stored vector of an item that there is. */
  private MemorySegment stored(int id) throws IOException {
    Optional<PendingChanges.Change> change = changes.find(id);
    if (change.isPresent()) {
      return change.get().vector();
    }
    int ordinal = ordinal(id);
    if (ordinal < 0) {
      throw new CorruptEnvironmentException(item(id) + " is gone");
    }
    return vectors.cursor().get(ordinal);
  }

  private void checkAppended(int id) throws IOException {
    if (largestId < 0) {
      int[] changed = changes.ids();
      largestId = changed.length == 0 ? -1 : changed[changed.length - 1];
      if (ids.size() > 0) {
        Ids.Cursor cursor = ids.cursor();
        largestId = Math.max(largestId, cursor.id(cursor.ordinal(ids.size() - 1)));
      }
    }
    if (id <= largestId) {
      throw new IllegalArgumentException(
          item(id) + " is not above all others: there is or was an item " + largestId);
    }
  }

  private void check(int id, ElementType type, int dimension) {
    if (id < 0) {
      throw new IllegalArgumentException(item(id) + ": ids must not be negative");
    }
    checkType(type);
    if (dimension != description.dimension()) {
      throw new IllegalArgumentException(
          item(id) + " has " + dimension + " dimensions, not " + description.dimension());
    }
  }

  private void checkType(ElementType type) {
    if (type != description.elementType().input()) {
      throw new IllegalArgumentException(
          "index " + description.index() + " holds " + description.elementType() + ", not " + type);
    }
  }

  private String item(int id) {
    return "item " + id + " of index " + description.index();
  }
}
