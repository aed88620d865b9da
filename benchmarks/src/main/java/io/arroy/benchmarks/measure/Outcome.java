package io.arroy.benchmarks.measure;

import java.util.List;

/**
 * What several rounds with one setting of one system gave.
 *
 * @param system the system's name
 * @param setting the setting's label
 * @param recall the share of true neighbours found
 * @param candidates vectors scored by a query, on average
 * @param nodes parts of the index ranked by a query, on average; not a number if it does not tell
 * @param plan how it searched, "-" if it does not tell
 * @param p50 microseconds of the median query in each round
 * @param p99 microseconds that 99 of 100 queries stay within, in each round
 * @param mean microseconds of a query on average, in each round
 * @param perSecond queries a second on one thread, in each round
 * @param perSecondOnTwo queries a second on two threads, in each round; empty if not measured
 * @param hits the rows found for each query
 */
public record Outcome(
    String system,
    String setting,
    double recall,
    double candidates,
    double nodes,
    String plan,
    Rounds p50,
    Rounds p99,
    Rounds mean,
    Rounds perSecond,
    Rounds perSecondOnTwo,
    List<int[]> hits) {

  /** Copies the list. */
  public Outcome {
    hits = List.copyOf(hits);
  }

  /** Median round's latency of the median query, in microseconds. */
  public double micros() {
    return p50.median();
  }

  /** Best round's latency of the median query, in microseconds. */
  public double bestMicros() {
    return p50.least();
  }
}
