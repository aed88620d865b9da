package io.arroy.lucene;

import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.SparseFixedBitSet;
import org.apache.lucene.util.hnsw.FloatHeap;

/** What the rounds of a search have offered to a collector. A search mostly has one. */
final class OfferedHits {
  private final int size;

  /** What the first round has offered, of which only a second one has to know. */
  private int[] first = new int[64];

  private int firstCount;

  /** What all rounds have offered, from the second on; until then null. */
  private BitSet all;

  /** The best scores of this round, as many as are wanted in it. */
  private FloatHeap best;

  private int wanted;

  /** Whether there will be no further round. */
  private boolean ends;

  /**
   * @param size number of ordinals
   */
  OfferedHits(int size) {
    this.size = size;
  }

  /** A round begins that is to find the nearest, so many. */
  void begin(int count) {
    if (best != null && all == null) {
      all = new SparseFixedBitSet(size);
      for (int i = 0; i < firstCount; i++) {
        all.set(first[i]);
      }
    }
    wanted = count;
    best = new FloatHeap(count);
  }

  /** This round is the last, as it offers everything. */
  void end() {
    ends = true;
  }

  /** Takes note of a hit; whether it has not been offered before. */
  boolean add(int ordinal, float score) {
    if (all != null) {
      best.offer(score);
      return !all.getAndSet(ordinal);
    }
    if (ends) {
      return true;
    }
    best.offer(score);
    first = ArrayUtil.grow(first, firstCount + 1);
    first[firstCount++] = ordinal;
    return true;
  }

  /** Whether this round offered all there is. */
  boolean isAll() {
    return ends || best.size() < wanted;
  }

  /** The score of the last of the wanted in this round, if there are as many. */
  float last() {
    return best.peek();
  }
}
