package io.arroy.forest.search;

import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;

/** Goes through the ordinals of the items that may be found, ascending. Belongs to one thread. */
final class AcceptedOrdinals {
  private final Bits accepted;
  private final Bits occupied;
  private final int end;
  private int next;

  /**
   * Starts before the first.
   *
   * @param accepted ordinals, or null for all
   * @param occupied the ordinals that have an item, or null for all
   * @param slots number of ordinals
   */
  AcceptedOrdinals(Bits accepted, Bits occupied, int slots) {
    this.accepted = accepted;
    this.occupied = occupied;
    this.end = accepted == null ? slots : Math.min(slots, accepted.length());
  }

  /** Writes the next ones to {@code into}; how many, 0 at the end. */
  int next(int[] into) {
    int count = 0;
    if (accepted instanceof BitSet bits) {
      while (count < into.length && next < end) {
        int ordinal = bits.nextSetBit(next);
        if (ordinal >= end) {
          next = end;
          break;
        }
        next = ordinal + 1;
        if (occupied == null || occupied.get(ordinal)) {
          into[count++] = ordinal;
        }
      }
      return count;
    }
    for (; count < into.length && next < end; next++) {
      if ((accepted == null || accepted.get(next)) && (occupied == null || occupied.get(next))) {
        into[count++] = next;
      }
    }
    return count;
  }
}
