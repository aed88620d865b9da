package io.arroy.benchmarks.merge;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.benchmarks.NativeLibraryThreads;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.DatasetFolder;
import io.arroy.benchmarks.generate.DatasetWriter;
import io.arroy.benchmarks.generate.Latent;
import io.arroy.benchmarks.generate.MixtureParameters;
import io.arroy.benchmarks.index.IndexBuilder;
import io.arroy.benchmarks.index.IndexCopy;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.index.OpenIndex;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.cli.vectors.ElementKind;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** Indexes of chosen segments, and every kind of merge, on a small data set. */
@ThreadLeakFilters(filters = NativeLibraryThreads.class)
public class TestMerging extends RandomizedTest {

  private static final int ROWS = 600;

  private final IndexBuilder builder = new IndexBuilder(.1);

  private Dataset data() throws IOException {
    Path folder = newTempDir();
    MixtureParameters parameters =
        new MixtureParameters(16, 4, 5, 1, .8, .4, .2, Latent.GAUSSIAN, true, 3);
    new DatasetWriter(folder, parameters, 1).write(ROWS, ElementKind.FLOAT32, "dot", 5, 1);
    return DatasetFolder.open(folder, 0, null);
  }

  private static FixedBitSet rows(OpenIndex index) {
    FixedBitSet rows = new FixedBitSet(ROWS);
    for (int doc = 0; doc < index.searcher().getIndexReader().maxDoc(); doc++) {
      assertFalse(rows.getAndSet(index.row(doc)));
    }
    return rows;
  }

  private static void assertHolds(Path folder, int segments, FixedBitSet expected)
      throws IOException {
    try (OpenIndex index = new OpenIndex(folder)) {
      assertEquals(segments, index.segments());
      assertEquals(expected, rows(index));
    }
  }

  private static FixedBitSet first(int count) {
    FixedBitSet rows = new FixedBitSet(ROWS);
    rows.set(0, count);
    return rows;
  }

  @Test
  public void segmentsAreMerged() throws IOException {
    Dataset data = data();
    IndexStore store = new IndexStore(newTempDir(), .1, false);
    for (Peer peer : Peers.withOurs(List.of("hnsw"))) {
      Path segments = store.segmented(peer, data, "parts", 500, 550, ROWS);
      assertHolds(segments, 3, first(ROWS));
      assertEquals(segments, store.segmented(peer, data, "parts", 500, 550, ROWS));
      Path copy = newTempDir().resolve("copy");
      IndexCopy.make(segments, copy);
      Merging.Cost cost = new Merging(builder).merge(copy, peer.codec());
      assertTrue(cost.cost().seconds() > 0);
      assertHolds(copy, 1, first(ROWS));
      assertHolds(segments, 3, first(ROWS));
    }
  }

  @Test
  public void rebuildTakesVectorsFromAnotherFormat() throws IOException {
    Dataset data = data();
    Peer ours = Peers.withOurs(List.of()).get(0);
    Peer exact = Peers.named(List.of("exact")).get(0);
    Path flat = new IndexStore(newTempDir(), .05, false).get(exact, data, Layout.NATURAL).folder();
    Path anew = newTempDir();
    new Merging(builder).rebuild(flat, anew, ours.codec());
    assertHolds(anew, 1, first(ROWS));
  }

  @Test
  public void churnDeletesAndAdds() throws IOException {
    Dataset data = data();
    Peer peer = Peers.withOurs(List.of()).get(0);
    Path folder = newTempDir();
    builder.buildSegments(folder, peer.codec(), data.base(), data.similarity(), 300);
    FixedBitSet live = new Churn(builder, 4, .05).run(folder, peer.codec(), data, 300);
    assertTrue(live.cardinality() < ROWS - 40);
    assertHolds(folder, 1, live);
    Path fresh = newTempDir();
    builder.buildOf(fresh, peer.codec(), data.base(), live, data.similarity());
    assertHolds(fresh, 1, live);
  }

  @Test
  public void steadyIndexingReopens() throws IOException {
    Dataset data = data();
    Peer peer = Peers.named(List.of("hnsw")).get(0);
    Path folder = newTempDir();
    SteadyIndexing.Result result =
        new SteadyIndexing(builder, 1e9).run(folder, peer.codec(), data, 200);
    assertTrue(result.reopens() > 0);
    assertTrue(result.slowest() >= result.p50());
    try (OpenIndex index = new OpenIndex(folder)) {
      assertEquals(first(200), rows(index));
    }
  }

  @Test
  public void flushedSegmentsAreSearchedExactlyWithoutForest() throws IOException {
    Dataset data = data();
    float[][] queries = data.queries().toArrays();
    for (Peer peer : Peers.named(List.of("exact"))) {
      Flushing.Result result =
          new Flushing(data, queries, 10).run(newTempDir(), peer.codec(), 400, 2);
      assertEquals(1, result.recall(), 0);
      assertTrue(result.flushMillis() > 0 && result.cpuMillis() >= 0 && result.searchMicros() > 0);
    }
    Codec scan = new ArroyCodec(ForestParameters.DEFAULT.withForestFrom(Integer.MAX_VALUE));
    assertEquals(1, new Flushing(data, queries, 10).run(newTempDir(), scan, 400, 2).recall(), 0);
  }
}
