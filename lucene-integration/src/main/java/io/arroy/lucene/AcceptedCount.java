package io.arroy.lucene;

import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.LiveDocs;

/**
 * How many ordinals are accepted. Lucene knows it of filters; where there are only deletes, it says
 * that all documents are.
 */
final class AcceptedCount {
  /** Ordinals asked where nothing else tells. */
  private static final int SAMPLE = 1024;

  /** How many standard deviations of such a sample are allowed for. */
  private static final double DEVIATIONS = 3;

  /** So many more may be accepted than a sample tells, if it holds next to none. */
  private static final int LEAST = 8;

  private AcceptedCount() {}

  /**
   * The count, if finding it out does not take long, or else -1.
   *
   * @param accepted over the ordinals, perhaps longer
   * @param most how many there are at the most
   * @param size number of ordinals
   */
  static int exact(Bits accepted, int most, int size) {
    if (most < size) {
      return most;
    }
    if (accepted instanceof LiveDocs live && live.length() == size) {
      return size - live.deletedCount();
    }
    if (accepted instanceof BitSet set && set.length() == size) {
      return set.cardinality();
    }
    return size <= SAMPLE ? count(accepted, size) : -1;
  }

  private static int count(Bits accepted, int size) {
    int count = 0;
    for (int ordinal = 0; ordinal < size; ordinal++) {
      count += accepted.get(ordinal) ? 1 : 0;
    }
    return count;
  }

  /**
   * About how many there are, rather too many: one ordinal is asked of each of many equal parts,
   * each at another place of its part.
   *
   * @param size number of ordinals, {@value #SAMPLE} or more
   */
  static int estimate(Bits accepted, int size) {
    int met = 0;
    int mixed = 1;
    for (int i = 0; i < SAMPLE; i++) {
      int start = (int) ((long) i * size / SAMPLE);
      int end = (int) ((i + 1L) * size / SAMPLE);
      mixed = mixed * 1_664_525 + 1_013_904_223;
      met += accepted.get(start + (mixed >>> 1) % (end - start)) ? 1 : 0;
    }
    if (met == SAMPLE) {
      return size;
    }
    double share = (double) met / SAMPLE;
    double deviation = Math.sqrt(share * (1 - share) / SAMPLE);
    double most = share + DEVIATIONS * deviation + (double) LEAST / SAMPLE;
    return (int) Math.min(size, Math.ceil(most * size));
  }
}
