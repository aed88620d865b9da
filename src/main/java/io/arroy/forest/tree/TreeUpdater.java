package io.arroy.forest.tree;

import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.FixedBitSet;

/**
 * Goes on with a stored tree after items came and went. Items that stayed keep their leaf, new ones
 * join the leaf with the nearest centroid. A leaf that shrank to little is folded: its items go
 * where new ones would. A leaf that outgrew its size is divided, and leaves of which much changed
 * are renewed. Items of renewed leaves, and those that dividing brought no nearer to their
 * centroid, then choose anew among all leaves. More leaves are centred: their items stay, their
 * centroid moves to the mean. Every other leaf keeps its centroid, and so the codes of the items
 * that stayed.
 *
 * <p>Whether a leaf is renewed or centred is drawn, with a chance that grows with the share of its
 * items that changed: no leaf drifts for long, and nothing about the past need be stored.
 *
 * <p>Dividing and choosing again is close to how SPFresh keeps its partitions in order (Xu et al.,
 * "SPFresh: incremental in-place update for billion-scale vector search", SOSP 2023).
 */
final class TreeUpdater {
  /** A leaf is folded when items left it and less than this share of the leaf size remains. */
  private static final float LEAST_SHARE = 1 / 8f;

  /** Groups whose leaves an item is compared with. */
  private static final int NEAR = 4;

  private final TreeUpdate update;
  private final TreeTable table;

  /** The items of one stored leaf. */
  private final int[] leafItems;

  /**
   * Prepares an update.
   *
   * @param points the items as they are now
   * @param ordinals the new ordinal of each of the tree's items, -1 for those that are gone
   */
  TreeUpdater(Points points, BuildOptions options, StoredLeaves stored, int[] ordinals) {
    this.table = stored.table();
    int[] items = new int[points.size()];
    this.update =
        new TreeUpdate(
            points,
            options,
            stored,
            ordinals,
            items,
            new Divider(points, options.withLeafSize(RenewedLeaves.mostItems(options)), items),
            new int[table.leaves()],
            new boolean[table.leaves()]);
    int most = 0;
    for (int leaf = 0; leaf < table.leaves(); leaf++) {
      most = Math.max(most, table.leafItems(leaf));
    }
    this.leafItems = new int[most];
  }

  /**
   * The updated tree.
   *
   * @param tree its leaves
   * @param kept which of them go on with a stored leaf
   */
  record Updated(Tree tree, KeptLeaves kept) {}

  /** Updates the tree, which will have this number. Some item must have stayed. */
  Updated update(int number) throws IOException {
    long seed = Seeds.derive(Seeds.derive(update.items().length, number), table.leaves());
    count();
    OpenLeaves old = OpenLeaves.of(update.stored(), update.points().dimension(), update.closed());
    Members joined = join(old);
    OpenLeaves open = isUnchanged() ? old : new RenewedLeaves(update).renew(old, joined, seed);
    int[] homeless = homeless(open, joined);
    Members routed = Members.of(homeless, route(homeless, open), open.size());
    return new UpdatedGroups(update).arrange(open, joined, routed, seed);
  }

  /** Whether the items are the same, in the same order or another. */
  private boolean isUnchanged() {
    int before = table.itemStarts()[table.leaves()];
    return before == update.items().length
        && Arrays.stream(update.staying()).sum() == update.items().length;
  }

  /** Counts what stays, and closes leaves of which too little does. */
  private void count() throws IOException {
    StoredLeaves.Cursor cursor = update.stored().cursor();
    int largest = 0;
    for (int leaf = 0; leaf < table.leaves(); leaf++) {
      checkSometimes(leaf);
      update.staying()[leaf] = cursor.items(leaf, update.ordinals(), leafItems, 0);
      int before = table.leafItems(leaf);
      update.closed()[leaf] =
          update.staying()[leaf] < Math.min(before, LEAST_SHARE * update.options().leafSize());
      if (update.staying()[leaf] > update.staying()[largest]) {
        largest = leaf;
      }
    }
    // Something must be there to go to.
    update.closed()[largest] = false;
  }

  private void checkSometimes(int leaf) throws IOException {
    if (leaf % 1024 == 0) {
      update.options().monitor().check();
    }
  }

  /** New items, and those of folded leaves, by the stored leaf that they join. */
  private Members join(OpenLeaves open) throws IOException {
    Members none = new Members(new int[0], new int[table.leaves() + 1]);
    int[] homeless = homeless(open, none);
    int[] leafOf = route(homeless, open);
    for (int i = 0; i < leafOf.length; i++) {
      leafOf[i] = open.storedLeaf(leafOf[i]);
    }
    return Members.of(homeless, leafOf, table.leaves());
  }

  /** The place of the leaf that each item goes to. */
  private int[] route(int[] homeless, OpenLeaves open) throws IOException {
    return new Router(update.points(), update.options(), open, NEAR).route(homeless);
  }

  /**
   * Items that have no leaf.
   *
   * @param joined those who have joined each stored leaf, which matters where it goes on
   */
  private int[] homeless(OpenLeaves open, Members joined) throws IOException {
    FixedBitSet placed = new FixedBitSet(Math.max(1, update.points().layout().slots()));
    StoredLeaves.Cursor cursor = update.stored().cursor();
    int places = open.stayed().items().length;
    for (int item : open.stayed().items()) {
      placed.set(item);
    }
    for (int leaf = 0; leaf < table.leaves(); leaf++) {
      checkSometimes(leaf);
      if (!update.closed()[leaf]) {
        int count = cursor.items(leaf, update.ordinals(), leafItems, 0);
        for (int i = 0; i < count; i++) {
          placed.set(leafItems[i]);
        }
        for (int i = joined.starts()[leaf]; i < joined.starts()[leaf + 1]; i++) {
          placed.set(joined.items()[i]);
        }
        places += count + joined.count(leaf);
      }
    }
    if (placed.cardinality() != places) {
      throw new CorruptEnvironmentException("an item is in two leaves of a tree");
    }
    int[] homeless = new int[update.items().length - places];
    int count = 0;
    update.points().ordinals(update.items());
    for (int ordinal : update.items()) {
      if (!placed.get(ordinal)) {
        homeless[count++] = ordinal;
      }
    }
    return homeless;
  }
}
