package io.arroy.forest.search;

/** When a walk that has not found enough gives up. */
interface Patience {
  /**
   * Whether to give up now.
   *
   * @param missedShare what the walk expects to miss of the wanted items
   * @param leaves how many it has scored
   * @param scored how many items of these
   */
  boolean isOver(double missedShare, int leaves, int scored);
}
