package io.arroy.forest.search;

import io.arroy.forest.quantize.ScanQuery;
import io.arroy.forest.store.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Scores the accepted items of leaves that hold few of them, by their codes by ordinal: of the
 * leaves no more is read than which items they hold, if that. Those of several leaves are scored
 * together, so that memory brings all at once. Belongs to one search.
 */
final class SparseLeaves {
  /** Leaves are gathered until they hold so many items. */
  private static final int ENOUGH = 48;

  private final Records.Cursor codes;
  private final ScanQuery query;
  private final CostModel costs;
  private int[] ordinals = new int[2 * ENOUGH];
  private float[] estimates = new float[2 * ENOUGH];
  private float[] centers = new float[2 * ENOUGH];
  private int size;

  /** Only written: keeps reading ahead from being left out. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  SparseLeaves(Records codes, ScanQuery query, CostModel costs) {
    this.codes = codes.cursor();
    this.query = query;
    this.costs = costs;
  }

  /** Whether a leaf of so many items holds so many accepted ones that it is cheaper to open it. */
  boolean isDense(int accepted, int items) {
    return costs.opens(accepted, items);
  }

  /**
   * Notes the accepted items of a leaf.
   *
   * @param center the estimate of its centroid
   */
  void gather(LeafCounts counts, int leaf, float center) {
    int count = counts.leaves()[leaf];
    if (size + count > ordinals.length) {
      grow(2 * (size + count));
    }
    System.arraycopy(counts.ordinals(), counts.ends()[leaf] - count, ordinals, size, count);
    Arrays.fill(centers, size, size + count, center);
    size += count;
  }

  /** Notes one accepted item of a leaf. */
  void gather(int ordinal, float center) {
    if (size == ordinals.length) {
      grow(2 * size);
    }
    ordinals[size] = ordinal;
    centers[size++] = center;
  }

  /** Takes back the last items noted. */
  void forget(int count) {
    size -= count;
  }

  private void grow(int capacity) {
    ordinals = Arrays.copyOf(ordinals, capacity);
    estimates = Arrays.copyOf(estimates, capacity);
    centers = Arrays.copyOf(centers, capacity);
  }

  /** Whether it is time to score. */
  boolean isFull() {
    return size >= ENOUGH;
  }

  /** How many items are noted. */
  int size() {
    return size;
  }

  /** Leaves out noted items that were met in another tree. */
  void leaveOut(OrdinalSet seen) {
    int left = 0;
    for (int i = 0; i < size; i++) {
      if (seen.add(ordinals[i])) {
        ordinals[left] = ordinals[i];
        centers[left++] = centers[i];
      }
    }
    size = left;
  }

  /** Scores the items noted, and forgets them; how many they were. */
  int score(Candidates candidates, MissedItems spread) throws IOException {
    touched += codes.touch(ordinals, size);
    for (int i = 0; i < size; i++) {
      MemorySegment window = codes.find(ordinals[i]);
      float estimate = query.estimate(window, codes.offset(ordinals[i]));
      estimates[i] = estimate - centers[i];
      if (!(estimate <= candidates.threshold())) {
        candidates.add(ordinals[i], estimate);
      }
    }
    spread.add(0, estimates, null, size);
    int scored = size;
    size = 0;
    return scored;
  }
}
