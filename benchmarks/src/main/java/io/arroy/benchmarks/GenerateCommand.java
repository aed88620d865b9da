package io.arroy.benchmarks;

import io.arroy.benchmarks.generate.DatasetWriter;
import io.arroy.benchmarks.generate.Latent;
import io.arroy.benchmarks.generate.MixtureParameters;
import io.arroy.cli.vectors.ElementKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes data sets. */
@Command(
    name = "generate",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Makes a large, realistic set of vectors, with held-out and out-of-distribution queries and"
            + " their exact neighbours. Equal options give equal files.")
final class GenerateCommand implements Callable<Integer> {

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write to.")
  private Path out;

  @Option(names = "--count", required = true, paramLabel = "N", description = "Vectors to index.")
  private int count;

  @Option(names = "--dim", required = true, paramLabel = "D", description = "Their length.")
  private int dimension;

  @Option(
      names = "--intrinsic",
      paramLabel = "D",
      description = "Directions in which a cluster extends (default: ${DEFAULT-VALUE}).")
  private int intrinsic = 32;

  @Option(
      names = "--clusters",
      paramLabel = "N",
      description = "Number of clusters (default: the square root of --count).")
  private int clusters;

  @Option(
      names = "--imbalance",
      paramLabel = "Z",
      description =
          "Exponent of Zipf's law for cluster sizes, 0 for equal ones (default: ${DEFAULT-VALUE}).")
  private double imbalance = .7;

  @Option(
      names = "--spread",
      paramLabel = "S",
      description =
          "How far points lie from their cluster's centre, whose length is 1 (default:"
              + " ${DEFAULT-VALUE}).")
  private double spread = .8;

  @Option(
      names = "--noise",
      paramLabel = "S",
      description = "Length of the noise in all directions (default: ${DEFAULT-VALUE}).")
  private double noise = .5;

  @Option(
      names = "--between",
      paramLabel = "SHARE",
      description = "Points that lie between two clusters (default: ${DEFAULT-VALUE}).")
  private double between = .2;

  @Option(
      names = "--distribution",
      description = "Of points in a cluster: ${COMPLETION-CANDIDATES} (default: gaussian).")
  private Latent latent = Latent.GAUSSIAN;

  @Option(
      names = "--similarity",
      description =
          "${COMPLETION-CANDIDATES} (default: dot_product). All but euclidean scale vectors to"
              + " length 1.")
  private Similarity similarity = Similarity.DOT_PRODUCT;

  @Option(
      names = "--dtype",
      description = "Elements of the base: float32, float16 (default: float32).")
  private ElementKind kind = ElementKind.FLOAT32;

  @Option(
      names = "--queries",
      paramLabel = "N",
      description = "Number of queries (default: ${DEFAULT-VALUE}).")
  private int queries = 1000;

  @Option(
      names = "--ood-share",
      paramLabel = "SHARE",
      description = "Queries that are out of distribution (default: ${DEFAULT-VALUE}).")
  private double elsewhere = .2;

  @Option(names = "--seed", description = "Of everything random (default: ${DEFAULT-VALUE}).")
  private long seed = 42;

  /** Ways to compare what is generated. */
  enum Similarity {
    DOT_PRODUCT("dot product"),
    COSINE("cosine"),
    EUCLIDEAN("euclidean");

    private final String words;

    Similarity(String words) {
      this.words = words;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (count < 1 || queries < 1 || elsewhere < 0 || elsewhere > 1) {
      throw new UserErrorException("--count and --queries must be positive, --ood-share a share");
    }
    if (kind != ElementKind.FLOAT32 && kind != ElementKind.FLOAT16) {
      throw new UserErrorException("--dtype is float32 or float16");
    }
    MixtureParameters parameters;
    try {
      parameters =
          new MixtureParameters(
              dimension,
              intrinsic,
              clusters > 0 ? clusters : Math.max(1, (int) Math.sqrt(count)),
              imbalance,
              spread,
              noise,
              between,
              latent,
              similarity != Similarity.EUCLIDEAN,
              seed);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(e.getMessage());
    }
    new DatasetWriter(out, parameters, Runtime.getRuntime().availableProcessors())
        .write(count, kind, similarity.words, queries, (int) Math.round(elsewhere * queries));
    System.out.println(Files.readString(out.resolve("base.meta.json")));
    return 0;
  }
}
