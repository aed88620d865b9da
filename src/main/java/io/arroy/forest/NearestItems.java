package io.arroy.forest;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.search.HitCollector;
import io.arroy.forest.store.Ids;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.util.hnsw.NeighborQueue;

/** Keeps the nearest items of one search; of equally near ones those with smaller ids. */
final class NearestItems implements HitCollector {
  private final int limit;
  private final Ids.Cursor ids;
  private final NeighborQueue queue;

  NearestItems(int limit, Ids.Cursor ids) {
    this.limit = limit;
    this.ids = ids;
    this.queue = new NeighborQueue(Math.max(1, limit), false);
  }

  @Override
  public void collect(int ordinal, float proximity) throws IOException {
    boolean full = queue.size() == limit;
    if (limit > 0 && !(full && proximity < queue.topScore())) {
      queue.insertWithOverflow(ids.id(ordinal), proximity);
    }
  }

  @Override
  public void scored(int items) {}

  @Override
  public boolean stopped() {
    return false;
  }

  /** The items, nearest first. This is empty after. */
  List<Neighbor> toList(Distance distance) {
    Neighbor[] neighbors = new Neighbor[queue.size()];
    for (int i = neighbors.length - 1; i >= 0; i--) {
      float proximity = queue.topScore();
      neighbors[i] = new Neighbor(queue.pop(), distance.fromProximity(proximity));
    }
    return List.of(neighbors);
  }
}
