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
  private final NeighborQueue queue;

  NearestItems(int limit) {
    this.limit = limit;
    this.queue = new NeighborQueue(Math.max(1, limit), false);
  }

  @Override
  public void collect(int ordinal, float proximity) {
    if (limit > 0) {
      queue.insertWithOverflow(ordinal, proximity);
    }
  }

  @Override
  public void scored(int items) {}

  @Override
  public boolean stopped() {
    return false;
  }

  /** The items, nearest first. This is empty after. */
  List<Neighbor> toList(Ids.Cursor ids, Distance distance) throws IOException {
    Neighbor[] neighbors = new Neighbor[queue.size()];
    for (int i = neighbors.length - 1; i >= 0; i--) {
      float proximity = queue.topScore();
      neighbors[i] = new Neighbor(ids.id(queue.pop()), distance.fromProximity(proximity));
    }
    return List.of(neighbors);
  }
}
