package io.arroy.benchmarks.peer;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every system that can be measured, by its name. */
public final class Peers {

  /** The name of this project's format, which the others are compared with. */
  public static final String OURS = "ours";

  /** This project's format with leaves of so many items: to choose their size by. */
  private static final Pattern LEAVES = Pattern.compile(OURS + "([0-9]{1,5})");

  private static final Map<String, Supplier<Peer>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("hnsw", HnswPeer::new);
    ALL.put("hnsw1", QuantizedHnswPeer::oneBit);
    ALL.put("hnsw4", QuantizedHnswPeer::fourBits);
    ALL.put("exact", ExactPeer::new);
  }

  private Peers() {}

  /** The rivals' names, for help texts. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ALL.keySet().iterator();
    }
  }

  /** This project's format and the rivals of these names. */
  public static List<Peer> withOurs(List<String> rivals) {
    List<Peer> peers = named(rivals);
    peers.add(0, ForestPeer.withDefaults());
    return peers;
  }

  /** The systems of these names, in this order. */
  public static List<Peer> named(List<String> names) {
    List<Peer> peers = new ArrayList<>();
    for (String name : names) {
      Matcher leaves = LEAVES.matcher(name);
      if (leaves.matches()) {
        peers.add(ForestPeer.withLeafSize(Integer.parseInt(leaves.group(1))));
        continue;
      }
      Supplier<Peer> peer = ALL.get(name);
      if (peer == null) {
        throw new IllegalArgumentException(
            "no system is called " + name + "; there are " + String.join(", ", ALL.keySet()));
      }
      peers.add(peer.get());
    }
    return peers;
  }
}
