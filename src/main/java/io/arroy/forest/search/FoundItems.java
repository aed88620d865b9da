package io.arroy.forest.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps all that a search offers. */
final class FoundItems implements HitCollector {
  private record Found(int ordinal, float proximity) {}

  private final List<Found> found = new ArrayList<>();

  @Override
  public void collect(int ordinal, float proximity) {
    found.add(new Found(ordinal, proximity));
  }

  @Override
  public void scored(int items) {}

  @Override
  public boolean stopped() {
    return false;
  }

  /** The ordinals of the nearest. */
  int[] nearest(int count) {
    return found.stream()
        .sorted(Comparator.comparingDouble((Found item) -> -item.proximity()))
        .limit(count)
        .mapToInt(Found::ordinal)
        .toArray();
  }
}
