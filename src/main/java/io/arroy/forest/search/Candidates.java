package io.arroy.forest.search;

import java.util.Arrays;

/** The candidates of highest estimate, up to a capacity. */
final class Candidates {
  /** Room for so many at first. */
  private static final int FIRST = 4096;

  private final int capacity;
  private long[] keys;
  private int size;
  private int ordered;
  private float threshold = Float.NEGATIVE_INFINITY;

  /** Holds up to twice the capacity between clean-ups. */
  Candidates(int capacity) {
    this.capacity = capacity;
    this.keys = new long[Math.min(FIRST, Math.max(2 * capacity, 64))];
  }

  /** An estimate must exceed this to be kept; rises as better candidates come. */
  float threshold() {
    return threshold;
  }

  /** Takes a candidate. */
  void add(int ordinal, float estimate) {
    if (size == keys.length && size < 2L * capacity) {
      keys = Arrays.copyOf(keys, (int) Math.min(2L * capacity, 2L * size));
    } else if (size == keys.length) {
      shrink();
      if (estimate <= threshold) {
        return;
      }
    }
    keys[size++] = (long) RankQueue.sortable(estimate) << 32 | ordinal;
  }

  /** The estimate of this rank from the best, 1 or more; or less than any while fewer came. */
  float best(int rank) {
    if (size < rank) {
      return Float.NEGATIVE_INFINITY;
    }
    select(0, size - 1, size - rank);
    return unpacked(size - rank);
  }

  /** How many of those that were kept have at least this estimate. */
  int above(float estimate) {
    int least = RankQueue.sortable(estimate);
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += (int) (keys[i] >> 32) >= least ? 1 : 0;
    }
    return count;
  }

  /** How many are kept. */
  int size() {
    return Math.min(size, capacity);
  }

  /** Puts the best of them in order, so many more; no candidate can be added after. */
  void order(int most) {
    int to = Math.min(most, size());
    if (to > ordered) {
      select(0, size - 1 - ordered, size - to);
      Arrays.sort(keys, size - to, size - ordered);
      ordered = to;
    }
  }

  /** The ordinal at a rank that is in order, the best at 0. */
  int ordinal(int rank) {
    return (int) keys[size - 1 - rank];
  }

  /** The estimate at a rank that is in order. */
  float estimate(int rank) {
    return unpacked(size - 1 - rank);
  }

  private float unpacked(int place) {
    return RankQueue.unsortable((int) (keys[place] >> 32));
  }

  private void shrink() {
    select(0, size - 1, size - capacity);
    System.arraycopy(keys, size - capacity, keys, 0, capacity);
    size = capacity;
    // The k-th best of all so far: select left it at the front of the kept ones.
    threshold = unpacked(0);
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
