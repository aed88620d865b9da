package io.arroy.lucene;

import io.arroy.forest.search.HitCollector;
import io.arroy.forest.store.Ids;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.SparseFixedBitSet;

/**
 * A search for all vectors above a threshold that only the collector knows: for more and more of
 * the nearest, until they are twice as many as are above it.
 */
final class ThresholdSearch {
  private static final int FIRST_K = 64;
  private static final int GROWTH = 4;

  private final VectorField field;
  private final ForestQuery query;
  private final KnnCollector collector;
  private final AcceptedOrdinals accepted;
  private final Budget budget;
  private final BitSet offered;
  private long counted;

  ThresholdSearch(
      VectorField field,
      ForestQuery query,
      KnnCollector collector,
      AcceptedOrdinals accepted,
      Budget budget) {
    this.field = field;
    this.query = query;
    this.collector = collector;
    this.accepted = accepted;
    this.budget = budget;
    this.offered = new SparseFixedBitSet(field.index().size());
  }

  /**
   * Whether a new collector takes all above a threshold, like those of {@code
   * FloatVectorSimilarityQuery}: its k is 1 and means nothing, and unlike one that keeps the best
   * it has a minimum before the first hit.
   */
  static boolean isWanted(KnnCollector collector) {
    return collector.k() == 1 && collector.minCompetitiveSimilarity() > Float.NEGATIVE_INFINITY;
  }

  void run() throws IOException {
    int k = FIRST_K;
    int hits = 0;
    while (!collector.earlyTerminated()) {
      Round round = new Round();
      query.search(budget.options(k, 1, accepted), round);
      round.pass(field.index().ids().cursor());
      hits += round.hits;
      // Judged by the hits wanted: a search offers more than those, and worse ones.
      if (2L * hits <= k || k >= accepted.most()) {
        return;
      }
      k = (int) Math.min(Integer.MAX_VALUE, (long) k * GROWTH);
    }
  }

  /** The hits of a search, passed on when it is over. */
  private final class Round implements HitCollector {
    private int[] ordinals = new int[FIRST_K];
    private float[] proximities = new float[FIRST_K];
    private int size;
    private long scored;
    private int hits;

    @Override
    public void collect(int ordinal, float proximity) {
      ordinals = ArrayUtil.grow(ordinals, size + 1);
      proximities = ArrayUtil.grow(proximities, size + 1);
      ordinals[size] = ordinal;
      proximities[size++] = proximity;
    }

    /**
     * Counts what earlier rounds have not. Under a filter the collector's limit is the number of
     * accepted documents, and reaching it means giving up; a search that has scored each of them
     * has not, so the last is not counted.
     */
    @Override
    public void scored(int items) {
      scored += items;
      long most = Math.min(scored, accepted.most() - 1);
      if (most > counted) {
        collector.incVisitedCount((int) (most - counted));
        counted = most;
      }
    }

    @Override
    public boolean stopped() {
      return collector.earlyTerminated();
    }

    /** Offers what earlier rounds have not, and counts what is above the threshold. */
    void pass(Ids.Cursor ids) throws IOException {
      for (int i = 0; i < size; i++) {
        if (!offered.getAndSet(ordinals[i])) {
          // Such a collector moves its minimum towards what it does not take.
          float before = collector.minCompetitiveSimilarity();
          collector.collect(ids.id(ordinals[i]), field.similarity().score(proximities[i]));
          hits += collector.minCompetitiveSimilarity() == before ? 1 : 0;
        }
      }
    }
  }
}
