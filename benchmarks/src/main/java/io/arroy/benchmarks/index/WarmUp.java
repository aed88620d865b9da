package io.arroy.benchmarks.index;

import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Setting;
import io.arroy.benchmarks.peer.Tally;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Has the JVM compile what searches run through before a build is measured: builds search too, to
 * connect a graph or to calibrate a forest, and an application's JVM has compiled that long ago.
 */
public final class WarmUp {
  private static final long NANOS = 3_000_000_000L;
  private static final int NEIGHBORS = 10;

  private WarmUp() {}

  /** Searches the index in {@code place} for three seconds, for vectors of {@code base}. */
  public static void search(Path place, Peer peer, VectorSource base) throws IOException {
    float[] query = new float[base.dimension()];
    VectorSource.Reader reader = base.reader();
    try (OpenIndex index = new OpenIndex(place)) {
      int size = index.searcher().getIndexReader().maxDoc();
      List<Setting> settings = peer.sweep(NEIGHBORS, size);
      long end = System.nanoTime() + NANOS;
      for (int i = 0; System.nanoTime() < end; i++) {
        reader.read(i % Math.min(base.size(), size), query, 0);
        settings
            .get(i % settings.size())
            .search(index.searcher(), query, NEIGHBORS, null, new Tally());
      }
    }
  }
}
