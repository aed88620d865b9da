package io.arroy.benchmarks.peer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.lucene.ForestParameters;
import java.util.List;
import org.junit.Test;

/** Which systems names stand for. */
public class TestPeers extends RandomizedTest {
  @Test
  public void testLeafSizes() {
    List<Peer> peers = Peers.withOurs(List.of("ours48", "hnsw"));
    assertEquals(List.of("ours", "ours48", "hnsw"), peers.stream().map(Peer::name).toList());
    assertEquals(ForestParameters.DEFAULT, ((ForestPeer) peers.get(0)).parameters());
    assertEquals(48, ((ForestPeer) peers.get(1)).parameters().leafSize());
  }

  @Test
  public void testUnknownNames() {
    for (String name : List.of("our", "ours", "ours1", "ours123456", "hnsw2")) {
      assertThrows(name, IllegalArgumentException.class, () -> Peers.named(List.of(name)));
    }
  }
}
