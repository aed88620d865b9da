package io.arroy.lucene;

import io.arroy.forest.search.HitCollector;
import io.arroy.forest.search.SearchPlan;
import io.arroy.forest.store.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.search.KnnCollector;

/**
 * Passes what the engine finds on to Lucene, in Lucene's numbers, in one round or several: each hit
 * is offered once, and counted once as scored.
 */
final class CollectorAdapter implements HitCollector {
  private final KnnCollector collector;
  private final ForestSearchStrategy strategy;
  private final Similarity similarity;
  private final Ids.Cursor ids;
  private final int[] seeds;
  private final boolean[] seedMet;
  private final OfferedHits offered;

  /** Items reported as scored. */
  private long reported;

  /** Items scored in this round. */
  private long scored;

  /** Whether this is the first round. */
  private boolean isFirst = true;

  /** Whether the search goes from near to far at the moment, for the first time. */
  private boolean walks;

  /**
   * @param slots number of ordinals
   * @param seeds ordinals whose coming is noted, ascending
   */
  CollectorAdapter(KnnCollector collector, Similarity similarity, Ids ids, int slots, int[] seeds) {
    this.collector = collector;
    this.strategy = ForestSearchStrategy.of(collector.getSearchStrategy());
    this.similarity = similarity;
    this.ids = ids.cursor();
    this.seeds = seeds;
    this.seedMet = new boolean[seeds.length];
    this.offered = new OfferedHits(slots);
  }

  /** A round begins that is to find the nearest, so many. */
  void begin(int wanted) {
    offered.begin(wanted);
    scored = 0;
  }

  /** A round has ended. */
  void end() {
    isFirst = false;
    walks = false;
  }

  /**
   * Whether further rounds are of no use. A collector that takes one of each group, like the
   * nearest child of each parent, may need many more hits than it holds; and of those offered
   * beyond the wanted there may be better ones.
   */
  boolean isDone() {
    if (offered.isAll() || collector.earlyTerminated()) {
      return true;
    }
    float least = collector.minCompetitiveSimilarity();
    return least > Float.NEGATIVE_INFINITY && least >= offered.last();
  }

  @Override
  public void collect(int ordinal, float proximity) {
    if (seeds.length > 0) {
      int seed = Arrays.binarySearch(seeds, ordinal);
      if (seed >= 0) {
        seedMet[seed] = true;
      }
    }
    float score = similarity.score(proximity);
    if (!offered.add(ordinal, score)) {
      return;
    }
    try {
      collector.collect(ids.id(ordinal), score);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a seed has come. */
  boolean isMet(int seed) {
    return seedMet[seed];
  }

  /** Items reported as scored. */
  long reported() {
    return reported;
  }

  @Override
  public void scored(int items) {
    scored += items;
    if (scored > reported) {
      collector.incVisitedCount((int) (scored - reported));
      reported = scored;
    }
    // For strategies that end a search of which the best came first. A scan goes by ordinal, and
    // must not end because some of them in a row are far; nor a further round, which offers nothing
    // before it ends, because the collector holds something by then.
    if (walks && collector.getSearchStrategy() != null) {
      collector.getSearchStrategy().nextVectorsBlock();
    }
  }

  @Override
  public void planned(SearchPlan plan) {
    walks = isFirst && (plan == SearchPlan.WALK || plan == SearchPlan.SPARSE_WALK);
    if (plan == SearchPlan.EXACT_SCAN) {
      offered.end();
    }
    if (strategy != null) {
      strategy.planned(plan);
    }
  }

  @Override
  public boolean stopped() {
    return collector.earlyTerminated();
  }
}
