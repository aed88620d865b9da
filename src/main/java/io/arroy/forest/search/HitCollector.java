package io.arroy.forest.search;

import java.io.IOException;

/** Receives what a search finds. Used by one thread. */
public interface HitCollector {
  /**
   * Takes an accepted item; a search offers none twice.
   *
   * @param ordinal the item
   * @param proximity how near it is, exact; larger is nearer (see {@code Distance.proximity})
   */
  void collect(int ordinal, float proximity) throws IOException;

  /** Reports that so many further items were scored, each counted once per search. */
  void scored(int items);

  /**
   * Tells how the search goes about its work; again where it changes its mind.
   *
   * @param plan from now on
   */
  default void planned(SearchPlan plan) {}

  /** Whether to stop: out of time, or enough items scored. Asked between batches. */
  boolean stopped();
}
