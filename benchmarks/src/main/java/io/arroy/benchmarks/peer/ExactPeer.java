package io.arroy.benchmarks.peer;

import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.Version;

/** Exact search: Lucene's own format, told never to build a graph, scores every vector in bulk. */
public final class ExactPeer implements Peer {

  /** A hundred queries tell the latency of a scan as well as a thousand do. */
  private static final int ENOUGH_QUERIES = 100;

  private static final Setting SCAN = new KnnSetting("scan", 1, 0, null);

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public Codec codec() {
    return FormatCodec.of(
        new Lucene99HnswVectorsFormat(
            Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
            Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
            Integer.MAX_VALUE));
  }

  @Override
  public String buildVersion() {
    return Version.LATEST + "-graphless";
  }

  @Override
  public List<Setting> sweep(int k, int size) {
    return List.of(SCAN);
  }

  @Override
  public List<FilteredVariant> filteredVariants(int k) {
    return List.of(new FilteredVariant(name(), SCAN));
  }

  @Override
  public int affordableQueries(int queries) {
    return Math.min(queries, ENOUGH_QUERIES);
  }
}
