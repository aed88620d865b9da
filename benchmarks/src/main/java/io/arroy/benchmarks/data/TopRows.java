package io.arroy.benchmarks.data;

import org.apache.lucene.util.LongHeap;
import org.apache.lucene.util.NumericUtils;

/** The rows with the best scores seen so far; of equal scores, those of smaller rows. */
final class TopRows {

  private final int capacity;
  private final LongHeap heap;
  private float worst = Float.NEGATIVE_INFINITY;

  TopRows(int capacity) {
    this.capacity = capacity;
    this.heap = new LongHeap(capacity);
  }

  /** Whether a row of this score could be kept. */
  boolean competes(float score) {
    return score >= worst;
  }

  void add(int row, float score) {
    insert((long) NumericUtils.floatToSortableInt(score) << 32 | (Integer.MAX_VALUE - row));
  }

  void addAll(TopRows other) {
    for (int i = 1; i <= other.heap.size(); i++) {
      insert(other.heap.get(i));
    }
  }

  private void insert(long entry) {
    heap.insertWithOverflow(entry);
    if (heap.size() == capacity) {
      worst = NumericUtils.sortableIntToFloat((int) (heap.top() >> 32));
    }
  }

  /** The kept rows, in no order. */
  int[] rows() {
    int[] rows = new int[heap.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Integer.MAX_VALUE - (int) heap.get(i + 1);
    }
    return rows;
  }
}
