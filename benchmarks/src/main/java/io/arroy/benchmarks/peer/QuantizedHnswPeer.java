package io.arroy.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.util.Version;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Lucene's HNSW graph over quantized vectors. More neighbours than wanted are asked for, and scored
 * again with the exact vectors that the index also keeps.
 */
public final class QuantizedHnswPeer implements Peer {

  private final String name;
  private final ScalarEncoding encoding;

  /** Beyond so many times k, a second setting scores only that many again. */
  private final int enough;

  private QuantizedHnswPeer(String name, ScalarEncoding encoding, int enough) {
    this.name = name;
    this.enough = enough;
    this.encoding = encoding;
  }

  /** One bit for each element, queries in four. */
  public static QuantizedHnswPeer oneBit() {
    return new QuantizedHnswPeer("hnsw1", ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, 12);
  }

  /** Four bits for each element. */
  public static QuantizedHnswPeer fourBits() {
    return new QuantizedHnswPeer("hnsw4", ScalarEncoding.PACKED_NIBBLE, 3);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Codec codec() {
    return FormatCodec.of(
        new Lucene104HnswScalarQuantizedVectorsFormat(
            encoding,
            Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
            Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH));
  }

  @Override
  public String buildVersion() {
    return Version.LATEST + "-" + encoding;
  }

  @Override
  public List<Setting> sweep(int k, int size) {
    List<Setting> settings = new ArrayList<>();
    for (int reach : HnswPeer.reaches(k).toArray()) {
      settings.add(setting(reach, reach));
      if (reach > enough * k) {
        settings.add(setting(reach, enough * k));
      }
    }
    return settings;
  }

  @Override
  public List<FilteredVariant> filteredVariants(int k) {
    int reach = enough * k;
    return List.of(new FilteredVariant(name, setting(reach, reach)));
  }

  private static Setting setting(int reach, int rerank) {
    return new KnnSetting("ef" + reach + "r" + rerank, reach, rerank, null);
  }
}
