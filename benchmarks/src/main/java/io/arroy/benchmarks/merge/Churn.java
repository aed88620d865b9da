package io.arroy.benchmarks.merge;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.BuildMeter;
import io.arroy.benchmarks.index.IndexBuilder;
import io.arroy.benchmarks.peer.Fields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.FixedBitSet;

/**
 * An index that grows to twice its size through many merges, each after random deletions: what is
 * kept from merge to merge must not decay.
 */
public final class Churn {

  private final IndexBuilder builder;
  private final int merges;
  private final double deleted;

  /** Deletes a share of {@code deleted} of what is there before each of {@code merges} merges. */
  public Churn(IndexBuilder builder, int merges, double deleted) {
    this.builder = builder;
    this.merges = merges;
    this.deleted = deleted;
  }

  /**
   * Goes on from an index in {@code folder} that holds the first {@code start} rows.
   *
   * @return the rows that are left in the end
   */
  public FixedBitSet run(Path folder, Codec codec, Dataset data, int start) throws IOException {
    FixedBitSet live = new FixedBitSet(data.base().size());
    live.set(0, start);
    SplittableRandom random = new SplittableRandom(17);
    int first = start;
    try (Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      for (int merge = 0; merge < merges; merge++) {
        int from = first;
        int end = start + (int) ((long) (data.base().size() - start) * (merge + 1) / merges);
        long[] doomed = choose(live, random);
        try (IndexWriter writer = new IndexWriter(directory, builder.config(codec))) {
          builder.add(writer, data.base(), i -> from + i, end - from, data.similarity(), meter);
          if (doomed.length > 0) {
            writer.deleteDocuments(NumericDocValuesField.newSlowSetQuery(Fields.ROW, doomed));
          }
          writer.forceMerge(1);
        }
        live.set(from, end);
        first = end;
      }
    }
    return live;
  }

  private long[] choose(FixedBitSet live, SplittableRandom random) {
    long[] doomed = new long[(int) (deleted * live.cardinality())];
    for (int i = 0; i < doomed.length; i++) {
      int row = random.nextInt(live.length());
      while (!live.get(row)) {
        row = random.nextInt(live.length());
      }
      live.clear(row);
      doomed[i] = row;
    }
    return doomed;
  }
}
