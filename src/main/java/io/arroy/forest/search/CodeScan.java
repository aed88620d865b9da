package io.arroy.forest.search;

import io.arroy.forest.quantize.ScanQuery;
import io.arroy.forest.store.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Scores accepted items by their codes, wherever they are in the forest. Belongs to one search. */
final class CodeScan {
  private static final int BATCH = 64;

  /** Items after which it judges whether to go on, if there are so many times as many. */
  private static final int SAMPLE = 4 * BATCH;

  private static final int WORTH = 4;

  /** Gives up where more than this share lies within so many deviations of the best. */
  private static final double MOST = .25;

  private static final double RANGE = 3.5;

  private final ScanQuery query;
  private final Records.Cursor codes;
  private final HitCollector collector;
  private final int[] ordinals = new int[BATCH];

  private int done;

  /** Only written: keeps reading ahead from being left out. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  CodeScan(Records codes, ScanQuery query, HitCollector collector) {
    this.query = query;
    this.codes = codes.cursor();
    this.collector = collector;
  }

  /**
   * Scores all of these, until the collector stops it, or the first of them show that codes tell
   * too little: where items are nearly all at the same distance.
   *
   * @param available how many there are at the most
   * @param reported how many of them were reported as scored already
   * @param best keeps the best
   * @return false if it gave up
   */
  boolean run(AcceptedOrdinals accepted, int available, int reported, Candidates best)
      throws IOException {
    int known = reported;
    double deviations = 0;
    for (int count = accepted.next(ordinals); count > 0; count = accepted.next(ordinals)) {
      if (collector.stopped()) {
        return true;
      }
      touched += codes.touch(ordinals, count);
      for (int i = 0; i < count; i++) {
        MemorySegment window = codes.find(ordinals[i]);
        float estimate = query.estimate(window, codes.offset(ordinals[i]));
        if (done < SAMPLE) {
          deviations += query.deviation(window, codes.offset(ordinals[i]));
        }
        if (!(estimate <= best.threshold())) {
          best.add(ordinals[i], estimate);
        }
      }
      int again = Math.min(known, count);
      known -= again;
      collector.scored(count - again);
      done += count;
      if (done == SAMPLE && available >= WORTH * SAMPLE) {
        double bound = best.best(1) - RANGE * deviations / SAMPLE;
        if (best.above((float) bound) > MOST * SAMPLE) {
          return false;
        }
      }
    }
    return true;
  }

  /** Items scored. */
  int scored() {
    return done;
  }
}
