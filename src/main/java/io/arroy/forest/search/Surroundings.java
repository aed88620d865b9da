package io.arroy.forest.search;

/**
 * What a walk has seen around its query, what that cost, and how much of it a filter accepts.
 * Belongs to one search.
 */
final class Surroundings {
  /** A filter that leaves less than this around a query leads far away. */
  private static final double FAR = .5;

  /** Accepted items in an item, of all. */
  private final double overall;

  /** Leaves opened, and the accepted items scored by their codes there. */
  private int openedLeaves;

  private int takenThere;

  /** Leaves passed without opening them, and the accepted items scored by codes by ordinal. */
  private int closedLeaves;

  private int takenElsewhere;

  /** Items of the leaves passed, accepted or not. */
  private long passed;

  /** Accepted items among these, of which some may have been scored in another tree. */
  private long met;

  /** Items of the groups opened, and of those of their leaves known to hold no accepted item. */
  private long ranked;

  private long lacking;

  /** The least density at any check. */
  private double least = Double.POSITIVE_INFINITY;

  Surroundings(double overall) {
    this.overall = overall;
  }

  /** Leaves of so many items were ranked. */
  void ranks(int items) {
    ranked += items;
  }

  /** Of those a leaf of so many items holds none that is accepted. */
  void lacks(int items) {
    lacking += items;
  }

  /**
   * A leaf was opened and its codes scored.
   *
   * @param items how many it holds
   * @param accepted how many of these are accepted
   * @param scored how many of these were scored: those not met before
   */
  void opened(int items, int accepted, int scored) {
    openedLeaves++;
    passed += items;
    met += accepted;
    takenThere += scored;
  }

  /** A leaf of so many items was passed without opening it. */
  void passed(int items) {
    closedLeaves++;
    passed += items;
  }

  /** Accepted items of such leaves, and how many of them were scored. */
  void scored(int accepted, int scored) {
    met += accepted;
    takenElsewhere += scored;
  }

  /** Accepted items scored. */
  int taken() {
    return takenThere + takenElsewhere;
  }

  /** Accepted items scored in leaves that were opened. */
  int takenInLeaves() {
    return takenThere;
  }

  /** Leaves opened. */
  int openedLeaves() {
    return openedLeaves;
  }

  /** Leaves passed without opening them. */
  int closedLeaves() {
    return closedLeaves;
  }

  /** The geometric mean of the items in the leaves passed and of those scored among them. */
  double effort() {
    return Math.sqrt((double) taken() * passed);
  }

  /** The walk is about to ask whether it has found enough: what it has seen by now counts. */
  void check() {
    least = Math.min(least, seen());
  }

  /**
   * Whether the filter leads away from the query, seen at any check: once a walk has gone through
   * nearly everything, what it has seen is like all, wherever the filter led.
   */
  boolean isFar() {
    return least < FAR;
  }

  /** How much more of the items around the query is accepted than of all. */
  double density() {
    return isFar() ? least : seen();
  }

  private double seen() {
    return overall == 1 || passed == 0 ? 1 : met / (items() * overall);
  }

  /** How many items, accepted or not, are about as near as the wanted ones. */
  double rank(int wanted) {
    double most = wanted / overall;
    return met == 0 ? most : Math.min(most, wanted * items() / met);
  }

  /** Items of the leaves passed, and of those between them that hold no accepted item. */
  private double items() {
    return passed * (double) ranked / Math.max(1, ranked - lacking);
  }
}
