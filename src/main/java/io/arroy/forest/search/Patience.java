package io.arroy.forest.search;

/** When a walk that has not found enough gives up. */
interface Patience {
  /**
   * Whether to give up now.
   *
   * @param missedShare what the walk expects to miss of the wanted items
   * @param around what it has seen so far
   */
  boolean isOver(double missedShare, Surroundings around);
}
