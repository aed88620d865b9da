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
  private int reported;

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

  /**
   * Offers the best candidates of a walk, whose codes were reported as scored already: so many, and
   * then more while the next could be among the wanted, judged by how far codes were off so far.
   *
   * @param errors compares codes with what they estimate; null if they estimate something else
   */
  void best(Candidates candidates, int least, CodeErrors errors) throws IOException {
    int done = 0;
    int target = Math.min(least, candidates.size());
    while (done < target) {
      candidates.order(target);
      while (done < target) {
        for (; size < BATCH && done < target; size++) {
          ordinals[size] = candidates.ordinal(done++);
        }
        int first = done - size;
        scorer.proximities(ordinals, size, proximities);
        for (int i = 0; i < size; i++) {
          collector.collect(ordinals[i], proximities[i]);
          if (errors != null) {
            errors.add(candidates.estimate(first + i), proximities[i]);
          }
        }
        size = 0;
        if (done >= wanted && collector.stopped()) {
          return;
        }
      }
      if (errors == null || !errors.mayBeWanted(candidates.estimate(done - 1))) {
        return;
      }
      target = Math.min(candidates.size(), done + Math.max(BATCH, done / 2));
    }
  }

  /**
   * Scores and offers every accepted item.
   *
   * @param accepted ordinals, or null for all
   * @param occupied the ordinals that have an item, or null for all
   * @param items number of ordinals
   * @param reported how many of them were reported as scored already
   */
  void scan(Bits accepted, Bits occupied, int items, int reported) throws IOException {
    this.reported = reported;
    if (accepted instanceof BitSet bits) {
      int limit = Math.min(items, bits.length());
      int ordinal = limit == 0 ? items : bits.nextSetBit(0);
      while (ordinal < limit && (isFree(occupied, ordinal) || scanned(ordinal))) {
        ordinal = ordinal + 1 < limit ? bits.nextSetBit(ordinal + 1) : items;
      }
    } else {
      for (int ordinal = 0; ordinal < items; ordinal++) {
        boolean wanted = accepted == null || (ordinal < accepted.length() && accepted.get(ordinal));
        if (wanted && !isFree(occupied, ordinal) && !scanned(ordinal)) {
          break;
        }
      }
    }
    if (!collector.stopped()) {
      report();
      flush();
    }
  }

  /** Reports a batch, as far as its items were not reported before. */
  private void report() {
    int known = Math.min(reported, size);
    reported -= known;
    collector.scored(size - known);
  }

  private static boolean isFree(Bits occupied, int ordinal) {
    return occupied != null && !occupied.get(ordinal);
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
    report();
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
