package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.DatasetFolder;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Option;

/** Options of every command that measures. */
final class RunOptions {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with base, queries and perhaps groundtruth.")
  Path data;

  @Option(
      names = "--dim",
      paramLabel = "N",
      description = "Dimension of bare rows, where the folder does not say it.")
  int dimension;

  @Option(
      names = "--similarity",
      description =
          "Instead of what the folder says (default: EUCLIDEAN if it says nothing): ${COMPLETION-CANDIDATES}.")
  VectorSimilarityFunction similarity;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use only the first N base vectors; their truth is computed once and kept.")
  int limit = Integer.MAX_VALUE;

  @Option(
      names = "--queries",
      paramLabel = "N",
      description =
          "Ask only N queries, spread evenly over those there are (default: all; filters: 100).")
  int queries;

  @Option(
      names = "--k",
      split = ",",
      description = "Neighbours wanted (default: 10; filters: 10,100).")
  List<Integer> ks;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description = "Systems beside this project's own, of ${COMPLETION-CANDIDATES}.",
      completionCandidates = Peers.Names.class)
  List<String> peers;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Times that everything is measured (default: ${DEFAULT-VALUE}).")
  int rounds = 3;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "For each system before it is measured (default: ${DEFAULT-VALUE}).")
  double warmUpSeconds = 3;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results and computed truth go (default: benchmarks/target/results).")
  Path out = Path.of(System.getProperty("arroy.benchmarks.results", "benchmark-results"));

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description = "Keep indexes here and reuse them, with what building them cost.")
  Path index;

  @Option(
      names = "--trust-index",
      description = "Reuse this project's indexes too if its code has changed since.")
  boolean trustIndex;

  @Option(
      names = "--ram-buffer-mb",
      paramLabel = "MB",
      description = "IndexWriter's buffer (default: ${DEFAULT-VALUE}).")
  double ramBufferMegabytes = 64;

  @Option(names = "--plot", description = "Draw the curves, as PNG and SVG.")
  boolean plot;

  /** Opens the data set, after {@link #queries} and {@link #ks} got their defaults. */
  Dataset open(int defaultQueries, List<Integer> defaultKs) throws IOException {
    if (queries == 0) {
      queries = defaultQueries;
    }
    if (ks == null) {
      ks = defaultKs;
    }
    if (limit < 1 || queries < 1 || rounds < 1 || ks.stream().anyMatch(k -> k < 1)) {
      throw new UserErrorException("--limit, --queries, --rounds and --k must be positive");
    }
    if (ks.stream().anyMatch(k -> k > TruthCache.DEPTH)) {
      throw new UserErrorException("--k is at most " + TruthCache.DEPTH);
    }
    return DatasetFolder.open(data, dimension, similarity).limit(limit);
  }

  /** Prints what is measured with. */
  void describe(Facts facts, Dataset dataset, int asked) {
    facts.line(
        "data",
        "name",
        dataset.name(),
        "count",
        dataset.base().size(),
        "dim",
        dataset.base().dimension(),
        "similarity",
        dataset.similarity(),
        "queries",
        asked,
        "ram_buffer_mb",
        ramBufferMegabytes,
        "rounds",
        rounds);
  }

  TruthCache truths() {
    return new TruthCache(out.resolve("truth"));
  }

  /** The numbers of the queries to ask, spread evenly. */
  int[] chosenQueries(Dataset dataset) {
    int all = dataset.queries().size();
    int count = Math.min(queries, all);
    return IntStream.range(0, count).map(i -> (int) ((long) i * all / count)).toArray();
  }

  /** This project's format if it is there, and the chosen rivals. */
  List<Peer> peers(List<String> defaults) {
    try {
      return Peers.withOurs(peers == null ? defaults : peers);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(e.getMessage());
    }
  }

  /**
   * Runs {@code work} with a store of indexes, which is removed after it unless it is to be kept.
   */
  void withStore(StoreWork work) throws IOException {
    if (index != null) {
      work.run(new IndexStore(Files.createDirectories(index), ramBufferMegabytes, trustIndex));
      return;
    }
    Path temporary = Files.createTempDirectory(Files.createDirectories(out), "indexes");
    try {
      work.run(new IndexStore(temporary, ramBufferMegabytes, trustIndex));
    } finally {
      IOUtils.rm(temporary);
    }
  }

  /** Options for another process that is to use the same data, with its results elsewhere. */
  List<String> arguments(Path itsOut, Path itsIndex) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--data", data.toString(), "--out", itsOut.toString()));
    arguments.addAll(List.of("--index", itsIndex.toString(), "--queries", "" + queries));
    arguments.addAll(List.of("--ram-buffer-mb", "" + ramBufferMegabytes, "--k", "" + ks.get(0)));
    arguments.addAll(List.of("--limit", "" + limit, "--dim", "" + dimension));
    arguments.addAll(List.of("--rounds", "" + rounds));
    if (similarity != null) {
      arguments.addAll(List.of("--similarity", similarity.name()));
    }
    return arguments;
  }

  static float[][] pick(float[][] all, int[] chosen) {
    return Arrays.stream(chosen).mapToObj(i -> all[i]).toArray(float[][]::new);
  }

  /** Work that needs indexes. */
  @FunctionalInterface
  interface StoreWork {
    void run(IndexStore store) throws IOException;
  }
}
