package io.arroy.demo.measure;

import io.arroy.demo.data.Question;
import io.arroy.demo.filter.Filter;
import io.arroy.demo.filter.FilterTemplate;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.FixedBitSet;

/** The part of a race under one filter. */
final class Heat {
  private final FilterTemplate template;
  private final int[] found;
  private final List<Latencies> latencies = new ArrayList<>();
  private int expected;
  private int questions;
  private double accepted;

  Heat(FilterTemplate template, int runners) {
    this.template = template;
    found = new int[runners];
    for (int i = 0; i < runners; i++) {
      latencies.add(new Latencies());
    }
  }

  /** The filter for a question, or null where it does not apply or accepts nothing. */
  Filter filter(Question question, ExactSearch exact) {
    Filter filter = template.filter(question);
    if (filter == null) {
      return null;
    }
    FixedBitSet rows = exact.accepted(filter);
    int count = rows.cardinality();
    if (count == 0) {
      return null;
    }
    questions++;
    accepted += (double) count / rows.length();
    return filter;
  }

  void expect(int neighbours) {
    expected += neighbours;
  }

  void found(int runner, int neighbours) {
    found[runner] += neighbours;
  }

  void took(int runner, long nanos) {
    latencies.get(runner).add(nanos);
  }

  Result result() {
    List<Result.Figures> figures = new ArrayList<>();
    for (int r = 0; r < found.length; r++) {
      Latencies times = latencies.get(r);
      figures.add(
          new Result.Figures((double) found[r] / expected, times.millis(0.5), times.millis(0.99)));
    }
    return new Result(template, questions, accepted / questions, figures);
  }
}
