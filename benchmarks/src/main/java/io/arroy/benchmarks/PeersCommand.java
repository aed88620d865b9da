package io.arroy.benchmarks;

import io.arroy.benchmarks.data.BruteForce;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.filter.FilterCase;
import io.arroy.benchmarks.filter.MadeFilters;
import io.arroy.benchmarks.measure.Outcome;
import io.arroy.benchmarks.measure.Recall;
import io.arroy.benchmarks.measure.StandaloneContest;
import io.arroy.benchmarks.report.Facts;
import io.arroy.benchmarks.standalone.Answers;
import io.arroy.benchmarks.standalone.BuiltIndex;
import io.arroy.benchmarks.standalone.EngineSystem;
import io.arroy.benchmarks.standalone.PeerSystem;
import io.arroy.benchmarks.standalone.SearchRequest;
import io.arroy.benchmarks.standalone.SkippedPeerException;
import io.arroy.benchmarks.standalone.StandaloneSystem;
import io.arroy.benchmarks.standalone.WorkFolder;
import io.arroy.benchmarks.standalone.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The engine alone beside arroy, hannoy, Annoy and hnswlib. */
@Command(
    name = "peers",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Gives the same vectors and queries to the engine alone and to arroy, hannoy, Annoy and"
            + " hnswlib, each in a process of its own, as far as their toolchains are present.")
final class PeersCommand implements Callable<Integer> {

  static final List<String> ALL = List.of("arroy", "hannoy", "annoy", "hnswlib");

  @Mixin private RunOptions run;

  @Option(
      names = "--pass",
      split = ",",
      description = "Pass rates of filters (default: ${DEFAULT-VALUE}).")
  private List<Double> passes = List.of(.01, .1, .5);

  @Option(
      names = "--filtered-queries",
      description = "Queries under each filter (default: ${DEFAULT-VALUE}).")
  private int filteredQueries = 50;

  @Option(
      names = "--share",
      description = "Items that the update replaces (default: ${DEFAULT-VALUE}).")
  private double share = .01;

  @Option(
      names = "--threads",
      description = "Threads that build; searches use one (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--script", hidden = true, description = "What builds and starts a peer.")
  private Path script =
      Path.of(System.getProperty("arroy.benchmarks.peers", "benchmarks/peers/run"));

  @Override
  public Integer call() throws IOException {
    if (!(share > 0 && share <= .5) || threads < 1 || filteredQueries < 1) {
      throw new UserErrorException(
          "--share must be more than 0, at most .5; --threads and --filtered-queries positive");
    }
    if (!passes.stream().allMatch(pass -> pass > 0 && pass <= 1)) {
      throw new UserErrorException("--pass must be more than 0, at most 1");
    }
    Facts facts = new Facts(System.out);
    Dataset all = withCosine(run.open(200, List.of(10)));
    List<String> names = run.peers == null ? ALL : run.peers;
    if (!ALL.containsAll(names)) {
      throw new UserErrorException("--peers must be of " + String.join(", ", ALL));
    }
    int[] chosen = run.chosenQueries(all);
    float[][] queries = RunOptions.pick(all.queries().toArrays(), chosen);
    int held = (int) Math.max(1, all.base().size() * share);
    Dataset data = all.limit(all.base().size() - held);
    if (data.base().size() <= held) {
      throw new UserErrorException("too few vectors: " + all.base().size());
    }
    Machine.describe(facts);
    run.describe(facts, data, queries.length);
    System.err.println("Truth of " + data.name() + " ...");
    Neighbors truth = run.truths().of(data).of(chosen);
    Workload work = workload(all, data, queries);
    Path folder = Files.createTempDirectory(Files.createDirectories(run.out), "peers");
    List<StandaloneSystem> systems = new ArrayList<>();
    try {
      WorkFolder.write(work, folder);
      PeersReport report = new PeersReport(data, facts, share);
      systems.add(new EngineSystem(work, folder));
      for (String name : names) {
        start(name, folder, work, facts, systems);
      }
      measure(systems, work, truth, data.similarity(), report);
      report.finish(run.out, run.plot);
    } finally {
      IOUtils.close(systems);
      IOUtils.rm(folder);
    }
    return 0;
  }

  /** Dot products of unit vectors are cosines; what all peers have is cosine. */
  private static Dataset withCosine(Dataset data) {
    return switch (data.similarity()) {
      case EUCLIDEAN, COSINE -> data;
      case DOT_PRODUCT ->
          new Dataset(
              data.name(),
              data.folder(),
              data.fingerprint(),
              data.base(),
              data.queries(),
              VectorSimilarityFunction.COSINE,
              null,
              data.kinds());
      case MAXIMUM_INNER_PRODUCT ->
          throw new UserErrorException("not all peers have inner products of any length");
    };
  }

  /** The last vectors are held back: an update puts them in the place of others. */
  private Workload workload(Dataset all, Dataset data, float[][] queries) throws IOException {
    float[][] rows = all.base().toArrays();
    int count = data.base().size();
    int[] changed =
        new Random(42).ints(0, count).distinct().limit(rows.length - count).sorted().toArray();
    int filtered = Math.min(filteredQueries, queries.length);
    List<FilterCase> filters =
        new MadeFilters(
                data,
                Arrays.copyOf(queries, filtered),
                run.truths(),
                Files.createDirectories(run.out.resolve("truth")))
            .of(0, passes);
    return new Workload(
        Arrays.copyOf(rows, count),
        queries,
        data.similarity() == VectorSimilarityFunction.COSINE,
        changed,
        Arrays.copyOfRange(rows, count, rows.length),
        filters,
        filtered,
        threads);
  }

  private void start(
      String name, Path folder, Workload work, Facts facts, List<StandaloneSystem> systems)
      throws IOException {
    System.err.println("Peer " + name + " ...");
    try {
      systems.add(PeerSystem.start(script, name, folder, work.items().length));
    } catch (SkippedPeerException e) {
      System.err.println("Skipped " + name + ": " + e.getMessage().replace('_', ' '));
      facts.line("skipped", "system", name, "reason", e.getMessage());
    }
  }

  private void measure(
      List<StandaloneSystem> systems,
      Workload work,
      Neighbors truth,
      VectorSimilarityFunction similarity,
      PeersReport report)
      throws IOException {
    for (StandaloneSystem system : systems) {
      System.err.println("Index of " + system.name() + " ...");
      report.built(system, threads, system.build());
    }
    System.err.println("Index of this project once more ...");
    report.builtAgain(systems.get(0), threads, systems.get(0).build());
    for (int k : run.ks) {
      System.err.println("Searches for " + k + " neighbours ...");
      report.measured(k, contest(truth, k, null, work.queries().length).run(systems));
      List<StandaloneSystem> filtering =
          systems.stream().filter(StandaloneSystem::filters).toList();
      for (FilterCase filter : work.filters()) {
        System.err.println("Filter of " + filter.pass() + " ...");
        StandaloneContest contest =
            contest(filter.truth(), k, Workload.name(filter), work.filteredQueries());
        report.filtered(k, filter.pass(), contest.run(filtering));
      }
    }
    int k = run.ks.get(0);
    System.err.println("Update ...");
    Neighbors after = new BruteForce(work.updatedItems(), work.queries(), similarity).nearest(k);
    for (StandaloneSystem system : systems) {
      if (system.updates()) {
        Outcome before = report.setting(system.name(), k);
        BuiltIndex cost = system.update();
        Answers answers =
            system.search(new SearchRequest(k, before.setting(), null, 0, work.queries().length));
        report.updated(system, before, cost, Recall.at(k, answers.hits(), after));
      }
    }
  }

  private StandaloneContest contest(Neighbors truth, int k, String filter, int queries) {
    return new StandaloneContest(truth, k, filter, queries, run.rounds, run.warmUpSeconds);
  }
}
