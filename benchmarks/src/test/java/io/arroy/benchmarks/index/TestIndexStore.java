package io.arroy.benchmarks.index;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.benchmarks.NativeLibraryThreads;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.DatasetFolder;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.benchmarks.measure.Contest;
import io.arroy.benchmarks.measure.Contestant;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Test;

/** A small data set through every system: built, kept, opened and searched. */
@ThreadLeakFilters(filters = NativeLibraryThreads.class)
public class TestIndexStore extends RandomizedTest {

  private static final int DIMENSION = 24;

  private static void floats(Path file, int rows) throws IOException {
    byte[] bytes = new byte[rows * DIMENSION * Float.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      buffer.putFloat((float) getRandom().nextGaussian());
    }
    Files.write(file, bytes);
  }

  private Dataset data() throws IOException {
    Path folder = newTempDir();
    floats(folder.resolve("base.f32"), 1000);
    floats(folder.resolve("queries.f32"), 10);
    return DatasetFolder.open(folder, DIMENSION, null);
  }

  @Test
  public void everySystemFindsNeighbours() throws IOException {
    Dataset data = data();
    Neighbors truth = new TruthCache(newTempDir()).of(data);
    IndexStore store = new IndexStore(newTempDir(), .05, false);
    List<Peer> peers = Peers.withOurs(List.of("hnsw", "hnsw1", "hnsw4", "exact"));
    for (Peer peer : peers) {
      IndexStore.Stored natural = store.get(peer, data, Layout.NATURAL);
      IndexStore.Stored merged = store.get(peer, data, Layout.MERGED);
      assertTrue(natural.use().segments() > 1);
      assertEquals(1, merged.use().segments());
      assertTrue(merged.use().beyond(data) > 0);
      assertTrue(merged.cost().cpuSeconds() >= natural.cost().cpuSeconds());
      for (IndexStore.Stored stored : List.of(natural, merged)) {
        long counted = stored.use().parts().values().stream().mapToLong(bytes -> bytes).sum();
        assertEquals(bytesOf(stored.folder()), counted);
        try (OpenIndex index = new OpenIndex(stored.folder())) {
          assertEquals(stored.use().segments(), index.segments());
          List<Outcome> outcomes =
              new Contest(data.queries().toArrays(), truth, 10, 2, 0, true)
                  .run(List.of(new Contestant(peer.name(), index, peer.sweep(10, 1000), 10, null)));
          double best = outcomes.stream().mapToDouble(Outcome::recall).max().orElseThrow();
          assertTrue(peer.name() + " " + best, best > .9);
          assertTrue(outcomes.get(0).candidates() >= 10);
        }
      }
    }
  }

  private static long bytesOf(Path folder) throws IOException {
    long bytes = 0;
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  @Test
  public void indexesAreReused() throws IOException {
    Dataset data = data();
    Path folder = newTempDir();
    Peer peer = Peers.named(List.of("exact")).get(0);
    IndexStore.Stored built = new IndexStore(folder, 16, false).get(peer, data, Layout.MERGED);
    IndexStore.Stored again = new IndexStore(folder, 16, false).get(peer, data, Layout.MERGED);
    assertEquals(built, again);
    IndexStore.Stored smaller =
        new IndexStore(folder, 16, false).get(peer, data.limit(100), Layout.MERGED);
    assertTrue(smaller.use().total() < built.use().total());
  }
}
