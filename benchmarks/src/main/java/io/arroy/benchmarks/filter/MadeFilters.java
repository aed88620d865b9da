package io.arroy.benchmarks.filter;

import io.arroy.benchmarks.data.BruteForce;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.RowFilter;
import io.arroy.benchmarks.data.TruthCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.util.FixedBitSet;

/**
 * Filters of chosen pass rate and correlation, a different one for each query.
 *
 * <p>With correlation 1 a filter lets through the rows nearest to the query; with -1 those farthest
 * from it, so that the nearest of them are where no search would look; with 0 random rows.
 */
public final class MadeFilters {

  private final Dataset data;
  private final float[][] queries;
  private final TruthCache truths;
  private final Path cache;
  private final String key;

  /**
   * Filters for {@code queries}.
   *
   * @param cache folder for what takes long to compute
   */
  public MadeFilters(Dataset data, float[][] queries, TruthCache truths, Path cache) {
    this.data = data;
    this.queries = queries;
    this.truths = truths;
    this.cache = cache;
    this.key =
        data.name() + "-" + data.fingerprint() + "-" + data.similarity() + "-" + queries.length;
  }

  /** The filters of each pass rate. */
  public List<FilterCase> of(int correlation, List<Double> passes) throws IOException {
    List<FilterCase> cases = new ArrayList<>();
    if (correlation == 0) {
      for (double pass : passes) {
        cases.add(new Uncorrelated(pass));
      }
      findTruths(cases);
    } else {
      NearestRows order =
          NearestRows.cached(
              cache.resolve("order-" + key + ".i32"), data.base(), queries, data.similarity());
      for (double pass : passes) {
        cases.add(new Correlated(order, correlation, pass));
      }
    }
    return cases;
  }

  /** The nearest rows under all random filters, in one pass over the base if any are not known. */
  private void findTruths(List<FilterCase> cases) throws IOException {
    List<RowFilter> filters = new ArrayList<>();
    for (FilterCase each : cases) {
      filters.add(((Uncorrelated) each)::accepts);
    }
    List<Neighbors> found = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      int position = i;
      Uncorrelated each = (Uncorrelated) cases.get(i);
      each.truth =
          truths.cached(
              String.format(Locale.ROOT, "random-%s-%s.ivecs", key, each.pass()),
              () -> {
                if (found.isEmpty()) {
                  found.addAll(
                      new BruteForce(data.base(), queries, data.similarity())
                          .nearest(TruthCache.DEPTH, filters));
                }
                return found.get(position);
              });
    }
  }

  /** The nearest or the farthest rows. */
  private final class Correlated implements FilterCase {
    private final NearestRows order;
    private final int correlation;
    private final double pass;
    private final int start;
    private final int count;

    Correlated(NearestRows order, int correlation, double pass) {
      this.order = order;
      this.correlation = correlation;
      this.pass = pass;
      this.count = (int) Math.max(1, Math.round(pass * order.size()));
      this.start = correlation > 0 ? 0 : order.size() - count;
    }

    @Override
    public double pass() {
      return pass;
    }

    @Override
    public String correlation() {
      return Integer.toString(correlation);
    }

    @Override
    public String name() {
      return null;
    }

    @Override
    public FixedBitSet rows(int query) {
      FixedBitSet rows = new FixedBitSet(order.size());
      for (int rank = start; rank < start + count; rank++) {
        rows.set(order.row(query, rank));
      }
      return rows;
    }

    @Override
    public Neighbors truth() {
      int[][] nearest = new int[queries.length][Math.min(count, TruthCache.DEPTH)];
      for (int query = 0; query < nearest.length; query++) {
        for (int i = 0; i < nearest[query].length; i++) {
          nearest[query][i] = order.row(query, start + i);
        }
      }
      return new Neighbors(nearest);
    }
  }

  /** Random rows. */
  private final class Uncorrelated implements FilterCase {
    private final double pass;
    private final long threshold;
    private Neighbors truth;

    Uncorrelated(double pass) {
      this.pass = pass;
      this.threshold = (long) (pass * (1L << 32));
    }

    boolean accepts(int query, int row) {
      long z = ((long) query << 32 | row) * 0x9e3779b97f4a7c15L + Double.doubleToLongBits(pass);
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return (z ^ (z >>> 31)) >>> 32 < threshold;
    }

    @Override
    public double pass() {
      return pass;
    }

    @Override
    public String correlation() {
      return "0";
    }

    @Override
    public String name() {
      return null;
    }

    @Override
    public FixedBitSet rows(int query) {
      FixedBitSet rows = new FixedBitSet(data.base().size());
      for (int row = 0; row < rows.length(); row++) {
        if (accepts(query, row)) {
          rows.set(row);
        }
      }
      return rows;
    }

    @Override
    public Neighbors truth() {
      return truth;
    }
  }
}
