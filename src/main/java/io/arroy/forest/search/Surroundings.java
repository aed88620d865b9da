package io.arroy.forest.search;

/**
 * What a walk has seen around its query, and so how much of it a filter accepts there. Belongs to
 * one search.
 */
final class Surroundings {
  /** Accepted items in an item, of all. */
  private final double overall;

  /** Accepted items scored. */
  private int taken;

  /** Leaves scored, and their items, accepted or not. */
  private int leaves;

  private long passed;

  /** Items of the groups opened, and of those of their leaves known to hold no accepted item. */
  private long opened;

  private long lacking;

  Surroundings(double overall) {
    this.overall = overall;
  }

  /** Leaves of so many items were ranked. */
  void opens(int items) {
    opened += items;
  }

  /** Of those a leaf of so many items holds none that is accepted. */
  void lacks(int items) {
    lacking += items;
  }

  /** A leaf of so many items, accepted or not, is scored. */
  void scores(int items) {
    passed += items;
    leaves++;
  }

  /** So many accepted items were scored. */
  void takes(int items) {
    taken += items;
  }

  /** Accepted items scored. */
  int taken() {
    return taken;
  }

  /** Leaves scored. */
  int leaves() {
    return leaves;
  }

  /** The geometric mean of the items in the leaves scored and of the accepted ones among them. */
  double effort() {
    return Math.sqrt((double) taken * passed);
  }

  /** How much more of the items around the query is accepted than of all. */
  double density() {
    return overall == 1 || passed == 0 ? 1 : taken / (items() * overall);
  }

  /** How many items, accepted or not, are about as near as the wanted ones. */
  double rank(int wanted) {
    double most = wanted / overall;
    return taken == 0 ? most : Math.min(most, wanted * items() / taken);
  }

  /** Items of the leaves scored, and of those between them that hold no accepted item. */
  private double items() {
    return passed * (double) opened / Math.max(1, opened - lacking);
  }
}
