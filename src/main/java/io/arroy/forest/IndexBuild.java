package io.arroy.forest;

import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexBlocks;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.PlacedSlots;
import io.arroy.forest.store.RewrittenBlocks;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One build of a live index: takes its changes into the items, and brings the forest up to them.
 */
final class IndexBuild {
  private final IndexDescription description;
  private final WriteTransaction transaction;
  private final PendingChanges changes;
  private final BuildOptions options;

  /** What the last build left. */
  private final ItemsHeader header;

  IndexBuild(
      IndexDescription description,
      WriteTransaction transaction,
      PendingChanges changes,
      BuildOptions options)
      throws IOException {
    this.description = description;
    this.transaction = transaction;
    this.changes = changes;
    this.options = options;
    this.header = ItemsHeader.read(transaction, description.index());
  }

  /** Whether the forest is as wanted, where nothing changed. */
  boolean isDone() throws IOException {
    ForestHeader forest = ForestHeader.read(transaction, description.index());
    return forest.trees() == options.treesFor(header.count(), description.dimension())
        && forest.leafSize() == options.leafSize();
  }

  /** Whether it writes all vectors anew, close together and in the order of their ids. */
  private boolean moves() {
    return header.isPacked() || header.layout().slots() / 2 > header.count();
  }

  /**
   * Moves vectors that were put to where the build will leave them, which searches do not notice.
   *
   * @param memoryBytes how much may be written
   * @return whether all are there, or will be written anew anyway
   */
  boolean place(long memoryBytes) throws IOException {
    return moves()
        || new SlotUpdate(transaction, header, transaction, changes, options.monitor())
            .place(memoryBytes / header.layout().blockBytes());
  }

  /**
   * Builds.
   *
   * @param goOn whether to go on with the forest there is
   */
  void run(boolean goOn) throws IOException {
    boolean moves = !goOn || moves();
    IndexBlocks before = new IndexBlocks(transaction, description.index(), moves);
    RewrittenBlocks after = new RewrittenBlocks(before, transaction);
    int[] ordinals =
        moves
            ? writeAnew(before, after)
            : new SlotUpdate(before, header, transaction, changes, options.monitor()).run(after);
    List<ForestInput> inputs =
        goOn && ordinals.length > 0
            ? List.of(new ForestInput(before, description.index(), ordinals))
            : List.of();
    new ForestBuilder(options).build(description, inputs, transaction, after);
    after.finish();
    changes.clear();
  }

  /**
   * Writes the items as they are now, in ascending order of their ids; returns the new ordinal of
   * each old one.
   */
  private int[] writeAnew(IndexBlocks before, RewrittenBlocks after) throws IOException {
    changes.readPlacedFrom(before);
    Vectors.Cursor old = Vectors.open(before, header).cursor();
    Ids ids = Ids.open(before, header);
    ids.check();
    MergedItems items = new MergedItems(ids, changes.ids());
    PlacedSlots placed = new PlacedSlots(ids);
    ItemWriter writer = new ItemWriter(description, after, true);
    int[] ordinals = new int[header.layout().slots()];
    Arrays.fill(ordinals, -1);
    while (items.next()) {
      if ((writer.count() & 0x3FF) == 0) {
        options.monitor().check();
      }
      if (!items.isChanged()) {
        ordinals[items.ordinal()] = writer.count();
        writer.addStored(items.id(), old.get(items.ordinal()));
      } else {
        Optional<PendingChanges.Change> change = changes.find(items.id(), placed);
        if (change.isPresent() && change.get().isPut()) {
          writer.addStored(items.id(), change.get().vector());
        }
      }
    }
    writer.finish();
    return ordinals;
  }
}
