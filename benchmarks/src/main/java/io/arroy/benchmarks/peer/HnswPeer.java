package io.arroy.benchmarks.peer;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.Version;

/** Lucene's HNSW graph over float32 vectors, built with its defaults: M 16, beam 100. */
public final class HnswPeer implements Peer {

  /** From how large a share of filtered-out documents Lucene is made to search the graph so. */
  private static final int EAGER_FILTERED_SEARCH = 60;

  private static final double[] REACHES = {1, 1.5, 2, 3, 5, 8, 12, 20, 35, 60};

  @Override
  public String name() {
    return "hnsw";
  }

  @Override
  public Codec codec() {
    return FormatCodec.of(
        new Lucene99HnswVectorsFormat(
            Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
            Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH));
  }

  @Override
  public String buildVersion() {
    return Version.LATEST.toString();
  }

  @Override
  public List<Setting> sweep(int k, int size) {
    return reaches(k).mapToObj(KnnSetting::reach).map(Setting.class::cast).toList();
  }

  @Override
  public List<FilteredVariant> filteredVariants(int k) {
    return List.of(
        new FilteredVariant("hnsw", new KnnSetting("default", k, 0, null)),
        new FilteredVariant(
            "hnsw" + EAGER_FILTERED_SEARCH,
            new KnnSetting(
                "threshold" + EAGER_FILTERED_SEARCH,
                k,
                0,
                new KnnSearchStrategy.Hnsw(EAGER_FILTERED_SEARCH))));
  }

  /** Values of {@code ef} that span the curve; a large k needs no large multiples of itself. */
  static IntStream reaches(int k) {
    double most = k >= 50 ? 12 : 60;
    return java.util.Arrays.stream(REACHES)
        .filter(factor -> factor <= most)
        .mapToInt(factor -> (int) Math.round(k * factor))
        .distinct();
  }
}
