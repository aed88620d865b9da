package io.arroy.forest.tree;

import java.util.Arrays;

/**
 * Codes by ordinal that are taken over from an earlier index.
 *
 * @param from those codes
 * @param ordinals the earlier ordinal of each item, -1 for those that are new
 * @param alike how many ordinals lie in blocks as the earlier ones did: 0 where blocks differ
 */
record KeptScanCodes(ScanCodes from, int[] ordinals, int alike) {
  /**
   * Inverts what is known of an earlier index.
   *
   * @param forward the ordinal now of each earlier one, -1 for those that are gone
   * @param slots ordinals now
   * @param sameBlocks whether blocks are of the same size
   */
  static KeptScanCodes of(ScanCodes from, int[] forward, int slots, boolean sameBlocks) {
    int[] back = new int[slots];
    Arrays.fill(back, -1);
    for (int ordinal = 0; ordinal < forward.length; ordinal++) {
      if (forward[ordinal] >= 0) {
        back[forward[ordinal]] = ordinal;
      }
    }
    return new KeptScanCodes(from, back, sameBlocks ? forward.length : 0);
  }

  /**
   * Whether the earlier index has a block of just these codes.
   *
   * @param from the block's first ordinal
   * @param to one past its last
   * @param full whether it can hold no more
   */
  boolean isStored(Points points, int from, int to, boolean full) {
    if (full ? to > alike : to != alike) {
      return false;
    }
    for (int ordinal = from; ordinal < to; ordinal++) {
      if (ordinals[ordinal] != ordinal && points.has(ordinal)) {
        return false;
      }
    }
    return true;
  }
}
