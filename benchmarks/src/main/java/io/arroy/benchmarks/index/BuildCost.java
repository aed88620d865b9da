package io.arroy.benchmarks.index;

/**
 * What it took to build an index: indexing, flushes and merges together.
 *
 * <p>Reading and decoding the data set is not counted in the times.
 *
 * @param seconds time on the clock
 * @param cpuSeconds processor time of all threads, the JVM's own included
 * @param peakHeap most bytes of heap in use, garbage included
 * @param peakLiveHeap most bytes of heap left by a garbage collection, 0 if there was none
 * @param peakResident most bytes of resident memory, mapped files included, -1 if not known
 */
public record BuildCost(
    double seconds, double cpuSeconds, long peakHeap, long peakLiveHeap, long peakResident) {

  /** This and then {@code next}. */
  public BuildCost then(BuildCost next) {
    return new BuildCost(
        seconds + next.seconds,
        cpuSeconds + next.cpuSeconds,
        Math.max(peakHeap, next.peakHeap),
        Math.max(peakLiveHeap, next.peakLiveHeap),
        Math.max(peakResident, next.peakResident));
  }
}
