package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.FloatKernels;
import org.apache.lucene.util.LongHeap;

/**
 * How far the codes of one search's candidates were off, and so how bad a code may look whose item
 * is among the nearest after all. Belongs to one search.
 */
final class CodeErrors {
  /**
   * Standard deviations that a code is taken to be off at the most: after a walk, which misses some
   * anyway, and after a scan, which is to miss none.
   */
  static final double AFTER_WALK = 2;

  static final double AFTER_SCAN = 2.5;

  private final boolean squares;
  private final double halfNorm;
  private final LongHeap nearest;
  private final int wanted;
  private final double deviations;
  private double sum;
  private int count;

  private CodeErrors(boolean squares, double halfNorm, int wanted, double deviations) {
    this.deviations = deviations;
    this.squares = squares;
    this.halfNorm = halfNorm;
    this.wanted = wanted;
    this.nearest = new LongHeap(wanted);
  }

  /**
   * Of an index with this distance; null where codes do not estimate it.
   *
   * @param point the query
   * @param wanted how many items are wanted
   * @param deviations {@link #AFTER_WALK} or {@link #AFTER_SCAN}
   */
  static CodeErrors of(Distance distance, float[] point, int wanted, double deviations) {
    if (distance == Distance.MANHATTAN) {
      return null;
    }
    double norm = FloatKernels.BEST.dot(point, 0, point, 0, point.length);
    return new CodeErrors(distance == Distance.EUCLIDEAN, norm / 2, wanted, deviations);
  }

  /** Takes an item's estimate and its exact proximity. */
  void add(float estimate, float proximity) {
    double exact = squares ? proximity / 2.0 + halfNorm : proximity;
    double error = exact - estimate;
    sum += error * error;
    count++;
    nearest.insertWithOverflow(RankQueue.sortable((float) exact));
  }

  /** Whether an item of this estimate may be nearer than the farthest of the wanted so far. */
  boolean mayBeWanted(float estimate) {
    return !(estimate < bound());
  }

  /** The least estimate of an item that may be wanted. */
  float bound() {
    if (nearest.size() < wanted) {
      return Float.NEGATIVE_INFINITY;
    }
    double farthest = RankQueue.unsortable((int) nearest.top());
    return (float) (farthest - deviations * Math.sqrt(sum / count));
  }
}
