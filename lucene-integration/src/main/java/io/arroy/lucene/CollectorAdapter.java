package io.arroy.lucene;

import io.arroy.forest.search.HitCollector;
import io.arroy.forest.store.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.search.KnnCollector;

/** Passes what the engine finds on to Lucene, in Lucene's numbers. */
final class CollectorAdapter implements HitCollector {
  private final KnnCollector collector;
  private final Similarity similarity;
  private final Ids.Cursor ids;

  private final boolean byThreshold;
  private final int[] seeds;
  private final boolean[] seedMet;

  /**
   * @param seeds ordinals that must be met, ascending
   */
  CollectorAdapter(KnnCollector collector, Similarity similarity, Ids ids, int[] seeds) {
    this.collector = collector;
    this.similarity = similarity;
    this.ids = ids.cursor();
    this.seeds = seeds;
    this.seedMet = new boolean[seeds.length];
    this.byThreshold = isByThreshold(collector);
  }

  /**
   * Whether a new collector takes all above a threshold, like those of {@code
   * FloatVectorSimilarityQuery}: its k is 1 and means nothing, and unlike one that keeps the best
   * it has a minimum before the first hit.
   */
  static boolean isByThreshold(KnnCollector collector) {
    return collector.k() == 1 && collector.minCompetitiveSimilarity() > Float.NEGATIVE_INFINITY;
  }

  @Override
  public void collect(int ordinal, float proximity) {
    if (seeds.length > 0) {
      int seed = Arrays.binarySearch(seeds, ordinal);
      if (seed >= 0) {
        seedMet[seed] = true;
      }
    }
    collector.collect(id(ordinal), similarity.score(proximity));
  }

  /** Whether a seed was offered. */
  boolean isMet(int seed) {
    return seedMet[seed];
  }

  @Override
  public float floor() {
    return similarity.proximity(collector.minCompetitiveSimilarity());
  }

  @Override
  public void scored(int items) {
    long counted = items;
    if (byThreshold) {
      // Under a filter such a collector's limit is the number of accepted documents, and reaching
      // it means giving up; a scan that scores each of them once has not.
      counted = Math.min(items, collector.visitLimit() - 1 - collector.visitedCount());
    }
    collector.incVisitedCount((int) Math.max(0, counted));
    if (collector.getSearchStrategy() != null) {
      collector.getSearchStrategy().nextVectorsBlock();
    }
  }

  @Override
  public boolean stopped() {
    return collector.earlyTerminated();
  }

  private int id(int ordinal) {
    try {
      return ids.id(ordinal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
