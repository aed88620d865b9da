package io.arroy.forest.search;

import java.io.IOException;

/**
 * Scores items exactly and offers them to a collector: the best candidates of a walk, or all that
 * are accepted. Belongs to one search.
 */
final class Rerank {
  private static final int BATCH = 64;

  /** So many more are scored exactly at the least where those scored do not suffice. */
  private static final int STEP = 16;

  /** The part of the candidates that is scored exactly at the least. */
  private static final double FIRST = .22;

  private final Scorer scorer;
  private final HitCollector collector;
  private final int wanted;
  private final int[] ordinals = new int[BATCH];
  private final float[] proximities = new float[BATCH];
  private int size;

  /** What was offered before a scan, or null for nothing. */
  private OrdinalSet offered;

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
    double scarce = Math.max(1, 256.0 / bits);
    double kept = manhattan ? 9.0 * wanted + 120 : 6.0 * wanted + 60;
    return (int) Math.min(Integer.MAX_VALUE / 4.0, kept * scarce);
  }

  /** How many of so many candidates are scored exactly at the least. */
  static int first(int candidates) {
    return (int) Math.ceil(FIRST * candidates);
  }

  /**
   * Offers the best candidates of a walk, whose codes were reported as scored already: so many, and
   * then more while the next could be among the wanted, judged by how far codes were off so far.
   *
   * @param most gives up where as many as this may be among the wanted
   * @param errors compares codes with what they estimate; null if they estimate something else
   * @return false if it gave up
   */
  boolean best(Candidates candidates, int least, int most, CodeErrors errors) throws IOException {
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
          return true;
        }
      }
      if (errors == null || !errors.mayBeWanted(candidates.estimate(done - 1))) {
        return true;
      }
      // All that were kept may be offered, and others still be wanted, where estimates overflow.
      if (most < Integer.MAX_VALUE && (done >= most || candidates.above(errors.bound()) >= most)) {
        offered = new OrdinalSet(done);
        for (int i = 0; i < done; i++) {
          offered.add(candidates.ordinal(i));
        }
        return false;
      }
      target = Math.min(candidates.size(), done + Math.max(STEP, done / 4));
    }
    return true;
  }

  /**
   * Scores and offers every accepted item, but for those that {@link #best} has offered.
   *
   * @param reported how many of them were reported as scored already
   */
  void scan(AcceptedOrdinals accepted, int reported) throws IOException {
    int known = reported;
    for (size = accepted.next(ordinals); size > 0; size = accepted.next(ordinals)) {
      if (collector.stopped()) {
        return;
      }
      int again = Math.min(known, size);
      known -= again;
      collector.scored(size - again);
      if (offered != null) {
        leaveOutOffered();
      }
      flush();
    }
  }

  private void leaveOutOffered() {
    int left = 0;
    for (int i = 0; i < size; i++) {
      if (!offered.contains(ordinals[i])) {
        ordinals[left++] = ordinals[i];
      }
    }
    size = left;
  }

  private void flush() throws IOException {
    scorer.proximities(ordinals, size, proximities);
    for (int i = 0; i < size; i++) {
      collector.collect(ordinals[i], proximities[i]);
    }
    size = 0;
  }
}
