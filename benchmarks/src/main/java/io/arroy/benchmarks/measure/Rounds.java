package io.arroy.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;

/** One figure as each round gave it. */
public final class Rounds {

  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  /** The median round's; not a number if the figure was not measured. */
  public double median() {
    return values.isEmpty() ? Double.NaN : Statistics.median(array());
  }

  /** The smallest; not a number if the figure was not measured. */
  public double least() {
    return values.isEmpty() ? Double.NaN : Statistics.least(array());
  }

  private double[] array() {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
