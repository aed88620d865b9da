package io.arroy.benchmarks.merge;

import io.arroy.benchmarks.index.BuildCost;
import io.arroy.benchmarks.index.BuildMeter;
import io.arroy.benchmarks.index.IndexBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** Single merges, and what they cost. */
public final class Merging {

  private final IndexBuilder builder;

  /** Uses the settings of {@code builder}. */
  public Merging(IndexBuilder builder) {
    this.builder = builder;
  }

  /**
   * What a merge cost.
   *
   * @param cost time and memory
   * @param written bytes written, scratch files included; 0 where the system does not tell
   */
  public record Cost(BuildCost cost, long written) {
    /** This, or another where that took less of the processor; null stands for none. */
    public Cost orLess(Cost other) {
      return other != null && other.cost.cpuSeconds() < cost.cpuSeconds() ? other : this;
    }
  }

  /** Merges the index in {@code folder} to one segment. */
  public Cost merge(Path folder, Codec codec) throws IOException {
    long before = WrittenBytes.soFar();
    BuildCost cost = builder.forceMerge(folder, codec);
    return new Cost(cost, WrittenBytes.soFar() - before);
  }

  /**
   * Merges segments in which nothing but vectors is stored into one segment of {@code codec}: it
   * finds no structure to keep, so this is what building everything anew costs in a merge.
   */
  public Cost rebuild(Path flat, Path folder, Codec codec) throws IOException {
    long before = WrittenBytes.soFar();
    try (Directory source = FSDirectory.open(flat);
        DirectoryReader reader = DirectoryReader.open(source);
        Directory directory = FSDirectory.open(folder);
        BuildMeter meter = new BuildMeter()) {
      List<CodecReader> segments = new ArrayList<>();
      for (LeafReaderContext leaf : reader.leaves()) {
        segments.add((CodecReader) leaf.reader());
      }
      try (IndexWriter writer = new IndexWriter(directory, builder.config(codec))) {
        writer.addIndexes(segments.toArray(CodecReader[]::new));
      }
      return new Cost(meter.cost(), WrittenBytes.soFar() - before);
    }
  }
}
