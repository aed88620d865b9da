package io.arroy.forest;

import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Numbers;
import io.arroy.forest.store.PlacedSlots;
import io.arroy.forest.store.RewrittenBlocks;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildMonitor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes the changes of an index of slotted layout into its items. What was deleted or replaced
 * frees its slot; what was put takes a free one, or a new one after the last. So only those blocks
 * of vectors are written in which something is put: the emptiest, as long as an eighth of them is
 * free, and new ones.
 */
final class SlotUpdate {
  /** A block takes new items when at least this part of it is free. */
  private static final int LEAST_FREE = 8;

  private final IndexDescription description;
  private final WriteTransaction transaction;
  private final PendingChanges changes;
  private final ItemsHeader header;
  private final Ids ids;
  private final int perBlock;
  private final SlotWriter writer;

  /** The id in each slot, as it will be. */
  private int[] idOf;

  /** Items that were put, ascending, and the slot of each, or -1 while it has none. */
  private int[] put = new int[0];

  private int[] slotOf = new int[0];

  /**
   * Prepares an update.
   *
   * @param before where the items were when last built
   */
  SlotUpdate(
      BlockSource before,
      ItemsHeader header,
      WriteTransaction transaction,
      PendingChanges changes,
      BuildMonitor monitor)
      throws IOException {
    this.description = header.description();
    this.transaction = transaction;
    this.changes = changes;
    this.header = header;
    this.ids = Ids.open(before, header);
    this.perBlock = header.layout().vectorsPerBlock();
    this.writer = new SlotWriter(description, transaction, changes, perBlock, monitor);
    this.idOf = ids.toArray();
  }

  /**
   * Writes vectors that were put to slots that are free in the last build, which stays as it is.
   *
   * @param mostBlocks blocks to write at the most
   * @return whether all are written
   */
  boolean place(long mostBlocks) throws IOException {
    ids.checkOccupied();
    findPuts(changes.ids());
    int[] wanting = wanting();
    int[] slots = new FreeSlots(idOf, perBlock, LEAST_FREE).take(wanting.length);
    int end = slots.length == 0 ? 0 : Math.max(idOf.length, slots[slots.length - 1] + 1);
    int done = writer.write(wanting, slots, end, mostBlocks);
    for (int i = 0; i < done; i++) {
      changes.place(wanting[i], slots[i]);
    }
    return done == wanting.length;
  }

  /**
   * Writes the items as they are now.
   *
   * @param after where their ids and their header go
   * @return the new ordinal of each old one: itself, or -1
   */
  int[] run(RewrittenBlocks after) throws IOException {
    ids.check();
    int[] changed = changes.ids();
    Ids.Cursor cursor = ids.cursor();
    for (int id : changed) {
      int ordinal = cursor.find(id);
      if (ordinal >= 0) {
        idOf[ordinal] = Ids.NONE;
      }
    }
    int[] ordinals = new int[idOf.length];
    for (int ordinal = 0; ordinal < ordinals.length; ordinal++) {
      ordinals[ordinal] = idOf[ordinal] == Ids.NONE ? -1 : ordinal;
    }
    findPuts(changed);
    int[] wanting = wanting();
    int[] slots = new FreeSlots(idOf, perBlock, LEAST_FREE).take(wanting.length);
    if (slots.length > 0) {
      reach(slots[slots.length - 1]);
    }
    writer.write(wanting, slots, idOf.length, Long.MAX_VALUE);
    for (int i = 0, next = 0; i < put.length; i++) {
      if (slotOf[i] < 0) {
        slotOf[i] = slots[next];
        idOf[slots[next++]] = put[i];
      }
    }
    float limit = limit();
    dropFreeEnd();
    writeIds(changed, limit, after);
    return ordinals;
  }

  /** Finds what was put, and occupies the slots of what has one: checked before room is made. */
  private void findPuts(int[] changed) throws IOException {
    put = new int[changed.length];
    slotOf = new int[changed.length];
    int puts = 0;
    int last = -1;
    PlacedSlots placed = new PlacedSlots(ids);
    for (int id : changed) {
      Optional<PendingChanges.Change> change = changes.find(id, placed);
      if (change.isPresent() && change.get().isPut()) {
        int slot = change.get().slot();
        last = Math.max(last, slot);
        slotOf[puts] = slot;
        put[puts++] = id;
      }
    }
    reach(last);
    put = Arrays.copyOf(put, puts);
    slotOf = Arrays.copyOf(slotOf, puts);
    for (int i = 0; i < puts; i++) {
      if (slotOf[i] >= 0) {
        idOf[slotOf[i]] = put[i];
      }
    }
  }

  /** Makes sure that there is this slot. */
  private void reach(int slot) {
    int slots = idOf.length;
    if (slot >= slots) {
      idOf = Arrays.copyOf(idOf, slot + 1);
      Arrays.fill(idOf, slots, slot + 1, Ids.NONE);
    }
  }

  /** The items that were put and have no slot. */
  private int[] wanting() {
    int[] wanting = new int[put.length];
    int count = 0;
    for (int i = 0; i < put.length; i++) {
      if (slotOf[i] < 0) {
        wanting[count++] = put[i];
      }
    }
    return Arrays.copyOf(wanting, count);
  }

  /** The limit of squared lengths. */
  private float limit() throws IOException {
    float longest = 0;
    for (int id : put) {
      float squaredNorm = ItemWriter.squaredNorm(description, SlotWriter.vector(changes, id));
      longest = Math.max(longest, squaredNorm);
    }
    return LengthLimit.changed(header, longest);
  }

  /** Gives up the blocks at the end in which all is free. */
  private void dropFreeEnd() throws IOException {
    int end = idOf.length;
    while (end > 0 && idOf[end - 1] == Ids.NONE) {
      end--;
    }
    int blocks = (int) (((long) end + perBlock - 1) / perBlock);
    idOf = Arrays.copyOf(idOf, (int) Math.min(idOf.length, (long) blocks * perBlock));
    for (BlockKey key : transaction.keys(BlockKind.VECTORS, description.index())) {
      if (key.number() >= blocks) {
        transaction.delete(key);
      }
    }
  }

  private void writeIds(int[] changed, float limit, RewrittenBlocks after) throws IOException {
    int[] order = new int[header.count() + put.length];
    int count = 0;
    int nextPut = 0;
    MergedItems items = new MergedItems(ids, changed);
    boolean ascending = true;
    boolean dense = true;
    while (items.next()) {
      int ordinal = items.ordinal();
      if (items.isChanged()) {
        if (nextPut == put.length || put[nextPut] != items.id()) {
          continue;
        }
        ordinal = slotOf[nextPut++];
      }
      ascending &= ordinal == count;
      dense &= items.id() == count;
      order[count++] = ordinal;
    }
    ItemLayout.Order kind = ItemLayout.Order.SORTED;
    if (ascending && count == idOf.length) {
      kind = dense ? ItemLayout.Order.DENSE : ItemLayout.Order.ASCENDING;
    }
    ItemLayout layout = ItemLayout.slotted(description, idOf.length, kind);
    int shift = layout.numberShift();
    int index = description.index();
    if (kind != ItemLayout.Order.DENSE) {
      Numbers.write(after, BlockKey.of(BlockKind.IDS, index), idOf, idOf.length, shift);
    }
    if (kind == ItemLayout.Order.SORTED) {
      Numbers.write(after, BlockKey.of(BlockKind.ORDER, index), order, count, shift);
    }
    new ItemsHeader(description, count, limit, layout).write(after);
  }
}
