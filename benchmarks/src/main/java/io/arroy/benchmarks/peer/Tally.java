package io.arroy.benchmarks.peer;

import java.util.Map;
import java.util.TreeMap;

/** Work that searches did; for one thread. */
public final class Tally {

  private long candidates;
  private long nodes;
  private final Map<String, Integer> plans = new TreeMap<>();

  /** Counts vectors that were scored. */
  public void addCandidates(long count) {
    candidates += count;
  }

  /** Counts parts of an index, such as leaves of a tree, that were ranked to choose among them. */
  public void addNodes(long count) {
    nodes += count;
  }

  /** Notes how one search went about its work, in one word. */
  public void plan(String word) {
    plans.merge(word, 1, Integer::sum);
  }

  /** Vectors that were scored, by codes or exactly. */
  public long candidates() {
    return candidates;
  }

  /** Parts of the index that were ranked; 0 also where a system does not tell. */
  public long nodes() {
    return nodes;
  }

  /** How most searches went about their work; "-" if none tells. */
  public String plan() {
    return plans.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("-");
  }
}
