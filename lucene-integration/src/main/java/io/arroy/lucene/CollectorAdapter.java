package io.arroy.lucene;

import io.arroy.forest.search.HitCollector;
import io.arroy.forest.search.SearchPlan;
import io.arroy.forest.store.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.search.KnnCollector;

/** Passes what the engine finds on to Lucene, in Lucene's numbers. */
final class CollectorAdapter implements HitCollector {
  private final KnnCollector collector;
  private final ForestSearchStrategy strategy;
  private final Similarity similarity;
  private final Ids.Cursor ids;
  private final int[] seeds;
  private final boolean[] seedMet;

  /** Items reported as scored. */
  private long reported;

  /** Whether the search goes from near to far at the moment. */
  private boolean walks;

  /**
   * @param seeds ordinals whose coming is noted, ascending
   */
  CollectorAdapter(KnnCollector collector, Similarity similarity, Ids ids, int[] seeds) {
    this.collector = collector;
    this.strategy = ForestSearchStrategy.of(collector.getSearchStrategy());
    this.similarity = similarity;
    this.ids = ids.cursor();
    this.seeds = seeds;
    this.seedMet = new boolean[seeds.length];
  }

  @Override
  public void collect(int ordinal, float proximity) {
    if (seeds.length > 0) {
      int seed = Arrays.binarySearch(seeds, ordinal);
      if (seed >= 0) {
        seedMet[seed] = true;
      }
    }
    try {
      collector.collect(ids.id(ordinal), similarity.score(proximity));
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
    reported += items;
    collector.incVisitedCount(items);
    // Patience is for walks, which come from near to far: a scan goes by ordinal, and must not end
    // because some of them in a row are far.
    if (walks && collector.getSearchStrategy() != null) {
      collector.getSearchStrategy().nextVectorsBlock();
    }
  }

  @Override
  public void planned(SearchPlan plan) {
    walks = plan == SearchPlan.WALK || plan == SearchPlan.SPARSE_WALK;
    if (strategy != null) {
      strategy.planned(plan);
    }
  }

  @Override
  public boolean stopped() {
    return collector.earlyTerminated();
  }
}
