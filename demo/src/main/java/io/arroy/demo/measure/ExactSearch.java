package io.arroy.demo.measure;

import io.arroy.demo.data.DataFolder;
import io.arroy.demo.data.Entry;
import io.arroy.demo.data.Question;
import io.arroy.demo.filter.Filter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.VectorUtil;

/** Compares every question with every entry, without any index: what recall is measured against. */
public final class ExactSearch {
  private final DataFolder data;
  private final Map<Filter, FixedBitSet> accepted = new HashMap<>();

  /** Searches these data. */
  public ExactSearch(DataFolder data) {
    this.data = data;
  }

  /** The rows that a filter accepts, found without Lucene. */
  public FixedBitSet accepted(Filter filter) {
    return accepted.computeIfAbsent(filter, this::scan);
  }

  private FixedBitSet scan(Filter filter) {
    FixedBitSet rows = new FixedBitSet(data.entries().size());
    for (Entry entry : data.entries()) {
      if (filter.accepts(entry)) {
        rows.set(entry.row());
      }
    }
    return rows;
  }

  /**
   * Finds the scores of the nearest entries for every question under several filters.
   *
   * @param filters for each question its filters; a null one is left out
   * @param k how many neighbours
   * @param progress told how many entries have been compared
   * @return for each question and filter the best scores
   */
  List<List<Nearest>> search(List<List<Filter>> filters, int k, IntConsumer progress) {
    List<Question> questions = data.questions();
    List<List<Nearest>> nearest = new ArrayList<>();
    List<List<FixedBitSet>> rows = new ArrayList<>();
    for (List<Filter> own : filters) {
      List<FixedBitSet> sets = new ArrayList<>();
      List<Nearest> best = new ArrayList<>();
      for (Filter filter : own) {
        sets.add(filter == null ? null : accepted(filter));
        best.add(new Nearest(k));
      }
      rows.add(sets);
      nearest.add(best);
    }
    float[] vector = new float[data.vectors().dimension()];
    for (int row = 0; row < data.vectors().size(); row++) {
      // Row by row, so that each is read and decoded once for all questions.
      data.vectors().read(row, vector);
      for (int q = 0; q < questions.size(); q++) {
        float score = VectorUtil.dotProduct(questions.get(q).vector(), vector);
        offer(row, score, rows.get(q), nearest.get(q));
      }
      progress.accept(row + 1);
    }
    return nearest;
  }

  private static void offer(int row, float score, List<FixedBitSet> rows, List<Nearest> nearest) {
    for (int f = 0; f < nearest.size(); f++) {
      if (score > nearest.get(f).floor() && rows.get(f) != null && rows.get(f).get(row)) {
        nearest.get(f).offer(score);
      }
    }
  }

  /** The scores that found rows have for a question. */
  float[] scores(Question question, int[] found) {
    float[] scores = new float[found.length];
    for (int i = 0; i < found.length; i++) {
      scores[i] = VectorUtil.dotProduct(question.vector(), data.vectors().row(found[i]));
    }
    return scores;
  }
}
