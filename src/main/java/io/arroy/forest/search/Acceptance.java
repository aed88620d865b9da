package io.arroy.forest.search;

import java.io.IOException;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;

/**
 * Which items a walk may find, and what it knows beforehand of the leaves they are in. Belongs to
 * one search.
 *
 * @param bits the accepted ordinals, or null for all
 * @param counts for each tree, or null where leaves show what they hold when their turn comes
 * @param overall accepted items in an item, at the most
 */
record Acceptance(Bits bits, LeafCounts[] counts, double overall) {
  /** What is found out before a walk begins. */
  enum Listing {
    /** Nothing. */
    NOTHING,
    /** How many accepted items each leaf holds. */
    COUNTS,
    /** Which. */
    ITEMS
  }

  /**
   * What is known of a set.
   *
   * @param bits the accepted ordinals, or null for all
   * @param count how many there are at the most
   * @param items number of items
   * @param slots number of ordinals
   * @param listing what is to be found out, if the set can be gone through
   */
  static Acceptance of(
      Bits bits, int count, int items, int slots, StoredTree[] trees, Listing listing)
      throws IOException {
    if (bits == null) {
      return new Acceptance(null, null, 1);
    }
    double overall = (double) count / items;
    if (!(bits instanceof BitSet set) || listing == Listing.NOTHING) {
      return new Acceptance(bits, null, overall);
    }
    LeafCounts[] counts = new LeafCounts[trees.length];
    for (int tree = 0; tree < counts.length; tree++) {
      counts[tree] = LeafCounts.of(set, count, slots, trees[tree], listing == Listing.ITEMS);
    }
    return new Acceptance(bits, counts, overall);
  }

  /** Accepted items in an item, as far as leaves do not tell: 1 where {@code counts} does. */
  double share() {
    return counts == null ? overall : 1;
  }

  /** Whether an item may be found. */
  boolean accepts(int ordinal) {
    return bits == null || (ordinal < bits.length() && bits.get(ordinal));
  }

  /** Whether a group is known to hold no accepted item. */
  boolean lacksGroup(int tree, int group) {
    return counts != null && counts[tree].groups()[group] == 0;
  }

  /** Whether a leaf is known to hold no accepted item. */
  boolean lacksLeaf(int tree, int leaf) {
    return counts != null && counts[tree].leaves()[leaf] == 0;
  }

  /** Accepted items of a group of so many, as far as known. */
  double groupItems(int tree, int group, int items) {
    return counts == null ? items * overall : counts[tree].groups()[group];
  }

  /** Accepted items of a leaf of so many, as far as known. */
  double leafItems(int tree, int leaf, int items) {
    return counts == null ? items * overall : counts[tree].leaves()[leaf];
  }
}
