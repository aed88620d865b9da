package io.arroy.forest.search;

import java.util.Arrays;

/**
 * Numbers with a rank, taken out the highest first, equal ranks by ascending number. A binary heap
 * that is filled at once and then mostly left: cheaper than sorting when few are taken.
 */
final class RankQueue {
  private long[] heap;
  private int size;
  private boolean ordered;

  RankQueue(int capacity) {
    heap = new long[Math.max(1, capacity)];
  }

  /** Adds a number, 0 or more. */
  void add(int number, float rank) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    heap[size++] = key(number, rank);
    if (ordered) {
      up(size - 1);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** How many numbers there are. */
  int size() {
    return size;
  }

  /** The number at a place, in no order. */
  int number(int place) {
    return ~(int) heap[place];
  }

  /** The rank of the number at a place; that of the highest is at 0 once one was taken. */
  float rank(int place) {
    return unsortable((int) (heap[place] >> 32));
  }

  /** The number of highest rank. */
  int top() {
    order();
    return ~(int) heap[0];
  }

  /** Takes out the number of highest rank. */
  int take() {
    int number = top();
    heap[0] = heap[--size];
    down(0);
    return number;
  }

  private void order() {
    if (!ordered) {
      for (int i = size / 2 - 1; i >= 0; i--) {
        down(i);
      }
      ordered = true;
    }
  }

  private void up(int at) {
    long key = heap[at];
    while (at > 0 && heap[(at - 1) >>> 1] < key) {
      heap[at] = heap[(at - 1) >>> 1];
      at = (at - 1) >>> 1;
    }
    heap[at] = key;
  }

  private void down(int at) {
    long key = heap[at];
    int child;
    while ((child = 2 * at + 1) < size) {
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= key) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
  }

  /** The rank in the high half, in integer order; the number below it, lower ones higher. */
  private static long key(int number, float rank) {
    return (long) sortable(rank) << 32 | (~number & 0xFFFFFFFFL);
  }

  /** An int that orders as the float does. */
  static int sortable(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ ((bits >> 31) & 0x7FFFFFFF);
  }

  /** The float that {@link #sortable} turned into this. */
  static float unsortable(int bits) {
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7FFFFFFF));
  }
}
