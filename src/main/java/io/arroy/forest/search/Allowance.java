package io.arroy.forest.search;

/** What share of the wanted items a walk may expect to miss. */
interface Allowance {
  /**
   * The share.
   *
   * @param rank about how many items are as near as the wanted ones
   * @param density how many times as much the filter leaves around the query as elsewhere
   */
  double share(double rank, double density);
}
