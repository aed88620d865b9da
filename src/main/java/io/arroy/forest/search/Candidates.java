package io.arroy.forest.search;

import java.util.Arrays;

/** The candidates of highest estimate, up to a capacity. */
final class Candidates {
  private final int capacity;
  private final long[] keys;
  private int size;
  private float threshold = Float.NEGATIVE_INFINITY;

  /** Holds twice the capacity between clean-ups. */
  Candidates(int capacity) {
    this.capacity = capacity;
    this.keys = new long[Math.max(2 * capacity, 64)];
  }

  /** An estimate must exceed this to be kept; rises as better candidates come. */
  float threshold() {
    return threshold;
  }

  /** Takes a candidate. */
  void add(int ordinal, float estimate) {
    if (size == keys.length) {
      shrink();
      if (estimate <= threshold) {
        return;
      }
    }
    keys[size++] = (long) RankQueue.sortable(estimate) << 32 | ordinal;
  }

  /** Sorts what is kept; no candidate can be added after. Returns how many there are. */
  int finish() {
    Arrays.sort(keys, 0, size);
    int from = Math.max(0, size - capacity);
    for (int i = from, j = size - 1; i < j; i++, j--) {
      long key = keys[i];
      keys[i] = keys[j];
      keys[j] = key;
    }
    size -= from;
    System.arraycopy(keys, from, keys, 0, size);
    return size;
  }

  /** The ordinal at a rank, the best at 0; after {@link #finish}. */
  int ordinal(int rank) {
    return (int) keys[rank];
  }

  /** The estimate at a rank. */
  float estimate(int rank) {
    return RankQueue.unsortable((int) (keys[rank] >> 32));
  }

  private void shrink() {
    select(0, size - 1, size - capacity);
    System.arraycopy(keys, size - capacity, keys, 0, capacity);
    size = capacity;
    // The k-th best of all so far: select left it at the front of the kept ones.
    threshold = estimate(0);
  }

  /** Quickselect (Hoare 1961): puts the element of this rank in place, smaller ones before it. */
  private void select(int low, int high, int rank) {
    while (low < high) {
      long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long key = keys[i];
          keys[i++] = keys[j];
          keys[j--] = key;
        }
      }
      if (rank <= j) {
        high = j;
      } else if (rank >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
