package io.arroy.demo.measure;

import io.arroy.demo.filter.FilterTemplate;
import java.util.List;

/**
 * What a race found out about one filter.
 *
 * @param filter the filter
 * @param questions how many questions it was measured with
 * @param accepted the share of entries it accepts, on average over those
 * @param figures for each runner, in the order of the race
 */
public record Result(FilterTemplate filter, int questions, double accepted, List<Figures> figures) {

  /**
   * How one runner did.
   *
   * @param recall the share of the exact neighbours it found
   * @param median the latency that half the searches did not exceed, in milliseconds
   * @param slow the latency that 99 of 100 did not exceed, in milliseconds
   */
  public record Figures(double recall, double median, double slow) {}
}
