package io.arroy.benchmarks.peer;

/** Work that searches did; for one thread. */
public final class Tally {

  private long candidates;
  private long nodes;
  private String plan = "-";

  /** Counts vectors that were scored. */
  public void addCandidates(long count) {
    candidates += count;
  }

  /** Counts parts of an index, such as leaves of a tree, that were ranked to choose among them. */
  public void addNodes(long count) {
    nodes += count;
  }

  /** Vectors that were scored, by codes or exactly. */
  public long candidates() {
    return candidates;
  }

  /** Parts of the index that were ranked; 0 also where a system does not tell. */
  public long nodes() {
    return nodes;
  }

  /** Notes how a search went about its work, in one word. */
  public void plan(String word) {
    plan = word;
  }

  /** How the last search went about its work; "-" where a system does not tell. */
  public String plan() {
    return plan;
  }
}
