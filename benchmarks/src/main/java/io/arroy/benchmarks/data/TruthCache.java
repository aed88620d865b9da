package io.arroy.benchmarks.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Exact neighbours: those the folder came with, or computed once and kept in a folder. */
public final class TruthCache {

  /** Neighbours computed for each query: the most that any benchmark asks for. */
  public static final int DEPTH = 100;

  private final Path folder;

  /** Keeps what it computes in {@code folder}. */
  public TruthCache(Path folder) {
    this.folder = folder;
  }

  /** The nearest {@link #DEPTH} rows of each query of {@code data}. */
  public Neighbors of(Dataset data) throws IOException {
    if (data.truth() != null) {
      return data.truth();
    }
    return cached(
        data.name() + "-" + data.fingerprint() + name(data.similarity()) + ".ivecs",
        () -> compute(data));
  }

  /** The same, computed whether it is known or not. */
  public static Neighbors compute(Dataset data) {
    return new BruteForce(data.base(), data.queries().toArrays(), data.similarity()).nearest(DEPTH);
  }

  /** What {@code file} holds, computed and written first if there is no such file. */
  public Neighbors cached(String file, Computation computation) throws IOException {
    Path path = folder.resolve(file);
    if (!Files.exists(path)) {
      computation.run().write(path);
    }
    return Neighbors.read(path);
  }

  private static String name(VectorSimilarityFunction similarity) {
    return "-" + similarity.name().toLowerCase(Locale.ROOT);
  }

  /** Finds neighbours, which takes long. */
  @FunctionalInterface
  public interface Computation {
    /** Finds them. */
    Neighbors run() throws IOException;
  }
}
