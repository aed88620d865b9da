package io.arroy.forest.search;

import java.io.IOException;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;

/**
 * Scores items exactly and offers them to a collector: the best candidates of a walk, or all that
 * are accepted. Belongs to one search.
 */
final class Rerank {
  private static final int BATCH = 64;

  private final Scorer scorer;
  private final HitCollector collector;
  private final int wanted;
  private final int[] ordinals = new int[BATCH];
  private final float[] proximities = new float[BATCH];
  private int size;

  Rerank(Scorer scorer, HitCollector collector, int wanted) {
    this.scorer = scorer;
    this.collector = collector;
    this.wanted = wanted;
  }

  /**
   * How many candidates a walk keeps so that the best {@code wanted} items are among them: more
   * where codes have few bits, and where they estimate another distance than the index's.
   *
   * @param bits bits of a code
   * @param manhattan whether items are at Manhattan distance, of which codes know nothing
   */
  static int candidates(int wanted, int bits, boolean manhattan) {
    double scarce = Math.max(1, 256.0 / bits) * (manhattan ? 3 : 1);
    return (int) Math.min(Integer.MAX_VALUE / 4.0, (3.0 * wanted + 40) * scarce);
  }

  /** Offers the kept candidates of a walk, whose codes were reported as scored already. */
  void best(Candidates candidates) throws IOException {
    int count = candidates.finish();
    for (int i = 0; i < count; i++) {
      ordinals[size++] = candidates.ordinal(i);
      if (size == BATCH) {
        flush();
        if (i >= wanted && collector.stopped()) {
          return;
        }
      }
    }
    flush();
  }

  /** Scores and offers every accepted item. */
  void scan(Bits accepted, int items) throws IOException {
    if (accepted instanceof BitSet bits) {
      int limit = Math.min(items, bits.length());
      int ordinal = limit == 0 ? items : bits.nextSetBit(0);
      while (ordinal < limit && scanned(ordinal)) {
        ordinal = ordinal + 1 < limit ? bits.nextSetBit(ordinal + 1) : items;
      }
    } else {
      for (int ordinal = 0; ordinal < items; ordinal++) {
        if ((accepted == null || accepted.get(ordinal)) && !scanned(ordinal)) {
          break;
        }
      }
    }
    if (!collector.stopped()) {
      collector.scored(size);
      flush();
    }
  }

  /** Takes an ordinal of a scan; false if the search is to stop. */
  private boolean scanned(int ordinal) throws IOException {
    ordinals[size++] = ordinal;
    if (size < BATCH) {
      return true;
    }
    if (collector.stopped()) {
      size = 0;
      return false;
    }
    collector.scored(size);
    flush();
    return !collector.stopped();
  }

  private void flush() throws IOException {
    scorer.proximities(ordinals, size, proximities);
    for (int i = 0; i < size; i++) {
      collector.collect(ordinals[i], proximities[i]);
    }
    size = 0;
  }
}
