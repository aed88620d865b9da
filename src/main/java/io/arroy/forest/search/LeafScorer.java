package io.arroy.forest.search;

import io.arroy.forest.distance.Layouts;
import io.arroy.forest.quantize.CodeKernels;
import io.arroy.forest.quantize.QueryCode;
import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Estimates the items of leaves by their codes and keeps the best. Belongs to one search. */
final class LeafScorer {
  private static final int CHUNK = 64;

  /** Slots estimated together where only some are wanted: as many as the widest kernel takes. */
  private static final int STEP = 16;

  private final int slots;
  private final QueryCode code;
  private final Acceptance accepted;
  private final HitCollector collector;
  private final Candidates candidates;

  /** Items met so far, or null where none can be met twice. */
  private final OrdinalSet seen;

  private final float[] estimates = new float[CHUNK];
  private final int[] ordinals = new int[STEP];
  private final int[] slotsPicked = new int[STEP];

  /** Accepted items of the leaf scored last. */
  private int acceptedHere;

  LeafScorer(
      int slots,
      QueryCode code,
      Acceptance accepted,
      OrdinalSet seen,
      Candidates candidates,
      HitCollector collector) {
    this.slots = slots;
    this.code = code;
    this.accepted = accepted;
    this.seen = seen;
    this.candidates = candidates;
    this.collector = collector;
  }

  /**
   * Scores the accepted items of a leaf that have not been met.
   *
   * @param run the leaf's codes
   * @param leafSlots how many they have room for
   * @param count how many items they are
   * @param base the query's dot product with the leaf's centroid
   * @param center the estimate of an item at the centroid
   * @param spread learns how far estimates lie from the center, if not null
   * @return how many were scored
   */
  int score(
      MemorySegment run, int leafSlots, int count, float base, float center, MissedItems spread)
      throws IOException {
    boolean all = accepted.bits() == null && seen == null;
    int step = all ? CHUNK : STEP;
    int scoredHere = 0;
    acceptedHere = 0;
    for (int from = 0; from < count && !collector.stopped(); from += step) {
      int to = Math.min(leafSlots, from + step);
      int end = Math.min(count, to);
      int scored = all ? end - from : pick(run, from, end);
      acceptedHere += all ? scored : 0;
      if (scored > 0) {
        CodeKernels.BEST.estimate(code, base, run, leafSlots, from, to, estimates);
        if (all) {
          keepAll(run, from, end);
        } else {
          keepPicked(scored);
        }
        if (spread != null) {
          spread.add(center, estimates, all ? null : slotsPicked, scored);
        }
        scoredHere += scored;
        collector.scored(scored);
      }
    }
    return scoredHere;
  }

  /** How many accepted items the leaf scored last holds, whether they were met before or not. */
  int accepted() {
    return acceptedHere;
  }

  /** Whether a leaf holds an accepted item. */
  boolean holdsAccepted(MemorySegment run, int count) throws IOException {
    for (int slot = 0; slot < count; slot++) {
      if (accepted.accepts(ordinal(run, slot))) {
        return true;
      }
    }
    return false;
  }

  /** The ordinal of the item in a slot of a leaf. */
  int ordinal(MemorySegment run, int slot) throws IOException {
    int ordinal = run.getAtIndex(Layouts.INT, slot);
    if (ordinal < 0 || ordinal >= slots) {
      throw new CorruptEnvironmentException("a leaf holds ordinal " + ordinal + " of " + slots);
    }
    return ordinal;
  }

  /** Notes which slots hold an item that may be found and has not been met; how many. */
  private int pick(MemorySegment run, int from, int to) throws IOException {
    int picked = 0;
    for (int slot = from; slot < to; slot++) {
      int ordinal = ordinal(run, slot);
      if (accepted.accepts(ordinal)) {
        acceptedHere++;
        if (seen == null || seen.add(ordinal)) {
          ordinals[picked] = ordinal;
          slotsPicked[picked++] = slot - from;
        }
      }
    }
    return picked;
  }

  private void keepAll(MemorySegment run, int from, int to) throws IOException {
    for (int slot = from; slot < to; slot++) {
      if (!(estimates[slot - from] <= candidates.threshold())) {
        candidates.add(ordinal(run, slot), estimates[slot - from]);
      }
    }
  }

  private void keepPicked(int picked) {
    for (int i = 0; i < picked; i++) {
      float estimate = estimates[slotsPicked[i]];
      if (!(estimate <= candidates.threshold())) {
        candidates.add(ordinals[i], estimate);
      }
    }
  }
}
