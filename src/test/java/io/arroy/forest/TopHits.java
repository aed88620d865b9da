package io.arroy.forest;

import io.arroy.forest.search.HitCollector;
import io.arroy.forest.search.SearchPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps everything a search offers and checks that nothing is offered twice. */
public final class TopHits implements HitCollector {
  /** An item and its proximity. */
  public record Hit(int ordinal, float proximity) {}

  private final List<Hit> hits = new ArrayList<>();
  private final Set<Integer> seen = new HashSet<>();
  private final int limit;
  private final Set<SearchPlan> plans = EnumSet.noneOf(SearchPlan.class);
  private int scored;

  /** Never stops a search. */
  public TopHits() {
    this(Integer.MAX_VALUE);
  }

  /** Stops a search after so many scored items. */
  public TopHits(int limit) {
    this.limit = limit;
  }

  @Override
  public void collect(int ordinal, float proximity) {
    if (!seen.add(ordinal)) {
      throw new AssertionError("ordinal " + ordinal + " offered twice");
    }
    hits.add(new Hit(ordinal, proximity));
  }

  @Override
  public void planned(SearchPlan plan) {
    plans.add(plan);
  }

  /** The ways the search took. */
  public Set<SearchPlan> plans() {
    return plans;
  }

  @Override
  public void scored(int items) {
    scored += items;
  }

  @Override
  public boolean stopped() {
    return scored >= limit;
  }

  /** How many items were reported as scored. */
  public int scored() {
    return scored;
  }

  /** The nearest hits, the nearest first, equal ones by ordinal. */
  public List<Hit> top(int k) {
    return hits.stream()
        .sorted(
            Comparator.comparingDouble(Hit::proximity).reversed().thenComparingInt(Hit::ordinal))
        .limit(k)
        .toList();
  }
}
