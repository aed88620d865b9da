package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.IndexBuilder;
import io.arroy.benchmarks.index.IndexCopy;
import io.arroy.benchmarks.index.IndexStore;
import io.arroy.benchmarks.index.Layout;
import io.arroy.benchmarks.index.WarmUp;
import io.arroy.benchmarks.merge.Aborting;
import io.arroy.benchmarks.merge.Churn;
import io.arroy.benchmarks.merge.LimitedProcess;
import io.arroy.benchmarks.merge.Merging;
import io.arroy.benchmarks.merge.PhaseTimes;
import io.arroy.benchmarks.merge.SteadyIndexing;
import io.arroy.benchmarks.peer.ForestPeer;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What merging costs. */
@Command(
    name = "merge",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Merges segments of chosen sizes, indexes at a steady rate, merges again and again, and"
            + " builds in less memory than the data takes; prints CPU, memory, bytes and recall.")
final class MergeCommand implements Callable<Integer> {

  private static final int WARM_UP_VECTORS = 4000;

  /** What to measure. */
  enum Shape {
    /** Ten equal segments into one. */
    EQUAL,
    /** One segment with nine tenths of the vectors and nine small ones into one. */
    SKEWED,
    /** Indexing at a steady rate with the default merge policy, reopening every second. */
    STEADY,
    /** Many merges of a growing index, after random deletions. */
    CHURN,
    /** Merges of ten equal segments that are rolled back at moments spread over their time. */
    ABORT,
    /** Ten equal segments into one, on one thread and on all processors. */
    THREADS,
    /** Everything built anew from vectors alone. */
    REBUILD,
    /** The same in a process whose memory is limited, and in one whose memory is not. */
    LIMITED
  }

  @Mixin private RunOptions run;

  @Option(
      names = "--shapes",
      split = ",",
      description =
          "What to measure, of ${COMPLETION-CANDIDATES} (default: equal,skewed,steady,churn, and"
              + " limited if there is a --limit-command).")
  private List<Shape> shapes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Steady: vectors a second (default: ${DEFAULT-VALUE}).")
  private double rate = 1000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Steady: how long to index (default: ${DEFAULT-VALUE}).")
  private int seconds = 60;

  @Option(
      names = "--merges",
      paramLabel = "N",
      description = "Churn: number of merges (default: ${DEFAULT-VALUE}).")
  private int merges = 30;

  @Option(
      names = "--deleted",
      paramLabel = "SHARE",
      description = "Churn: deleted before each merge (default: ${DEFAULT-VALUE}).")
  private double deleted = .01;

  @Option(
      names = "--aborts",
      paramLabel = "N",
      description = "Abort: number of merges that are rolled back (default: ${DEFAULT-VALUE}).")
  private int aborts = 20;

  @Option(
      names = "--limit-command",
      paramLabel = "COMMAND",
      description =
          "Limited: what to start a process with so that its memory is limited, such as"
              + " \"systemd-run --scope -q -p MemoryMax=750M -p MemorySwapMax=0\".")
  private String limitCommand;

  @Override
  public Integer call() throws IOException {
    Facts facts = new Facts(System.out);
    Dataset data = run.open(200, List.of(10));
    if (data.base().size() < 1000) {
      throw new UserErrorException("merges of fewer than 1000 vectors say nothing");
    }
    if (shapes == null) {
      shapes = new ArrayList<>(List.of(Shape.EQUAL, Shape.SKEWED, Shape.STEADY, Shape.CHURN));
      if (limitCommand != null) {
        shapes.add(Shape.LIMITED);
      }
    }
    List<Peer> peers = run.peers(List.of("hnsw"));
    Machine.describe(facts);
    run.describe(facts, data, run.queries);
    MergeReport report = new MergeReport(data, facts, new RecallCheck(run, data), run.out);
    Path work = Files.createTempDirectory(Files.createDirectories(run.out), "merge");
    try {
      run.withStore(store -> new Measurement(store, data, work, report).run(peers));
    } finally {
      IOUtils.rm(work);
    }
    report.finish();
    return 0;
  }

  /** One run over all shapes. */
  private final class Measurement {
    private final IndexStore store;
    private final Dataset data;
    private final Path work;
    private final MergeReport report;
    private final IndexBuilder builder = new IndexBuilder(run.ramBufferMegabytes);
    private final Merging merging = new Merging(builder);

    Measurement(IndexStore store, Dataset data, Path work, MergeReport report) {
      this.store = store;
      this.data = data;
      this.work = work;
      this.report = report;
    }

    void run(List<Peer> peers) throws IOException {
      for (Shape shape : shapes) {
        switch (shape) {
          case EQUAL -> mergeOf(peers, "equal", tenths(data.base().size(), 1));
          case SKEWED -> {
            mergeOf(peers, "skewed", tenths(data.base().size(), 81));
            report.remerge(rebuild(peers.get(0)));
          }
          case STEADY -> steady(peers);
          case CHURN -> churn(peers.get(0));
          case ABORT -> abort(peers.get(0));
          case THREADS -> threads();
          case REBUILD -> report.rebuilt(rebuild(peers.get(0)));
          case LIMITED -> limited();
        }
      }
    }

    /** Ends of ten segments of which the first is {@code weight} times as large as any other. */
    private int[] tenths(int size, int weight) {
      int[] ends = new int[10];
      for (int i = 0; i < ends.length; i++) {
        ends[i] = (int) ((long) size * (weight + i) / (weight + 9));
      }
      return ends;
    }

    private void mergeOf(List<Peer> peers, String name, int[] ends) throws IOException {
      for (Peer peer : peers) {
        System.err.println("Segments of " + peer.name() + ", " + name + " ...");
        Path segments = store.segmented(peer, data, name, ends);
        Dataset few = data.limit(WARM_UP_VECTORS);
        int[] fewEnds = Arrays.stream(ends).map(e -> scaled(e, few.base().size())).toArray();
        Path copy = work.resolve(peer.name() + "-" + name);
        IndexCopy.make(store.segmented(peer, few, name, fewEnds), copy);
        merging.merge(copy, peer.codec());
        WarmUp.search(copy, peer, few.base());
        Merging.Cost least = null;
        for (int round = 1; round <= run.rounds; round++) {
          IOUtils.rm(copy);
          IndexCopy.make(segments, copy);
          System.err.println("Merge of " + peer.name() + ", " + name + ", round " + round + " ...");
          least = merging.merge(copy, peer.codec()).orLess(least);
        }
        report.merged(peer, name, least, copy);
        IOUtils.rm(copy);
      }
    }

    private int scaled(int end, int size) {
      return (int) ((long) end * size / data.base().size());
    }

    private MergeReport.Rebuilt rebuild(Peer peer) throws IOException {
      Peer flat = Peers.named(List.of("exact")).get(0);
      Path anew = work.resolve("rebuild");
      Dataset few = data.limit(WARM_UP_VECTORS);
      merging.rebuild(store.get(flat, few, Layout.NATURAL).folder(), anew, peer.codec());
      WarmUp.search(anew, peer, few.base());
      Path vectors = store.get(flat, data, Layout.NATURAL).folder();
      Merging.Cost least = null;
      for (int round = 1; round <= run.rounds; round++) {
        IOUtils.rm(anew);
        System.err.println("Rebuild, round " + round + " ...");
        least = merging.rebuild(vectors, anew, peer.codec()).orLess(least);
      }
      double recall = report.recall(peer, anew);
      IOUtils.rm(anew);
      return new MergeReport.Rebuilt(peer.name(), least, recall);
    }

    private void steady(List<Peer> peers) throws IOException {
      int count = (int) Math.min(data.base().size(), rate * seconds);
      for (Peer peer : peers) {
        System.err.println("Steady indexing, " + peer.name() + " ...");
        Path folder = work.resolve(peer.name() + "-steady");
        // Who indexes at a steady rate does so for long: what the compiler takes at first is not
        // counted.
        int warmUp = Math.max(Math.min(count, WARM_UP_VECTORS), count / 2);
        new SteadyIndexing(builder, 8 * rate).run(folder, peer.codec(), data, warmUp);
        IOUtils.rm(folder);
        report.steady(
            peer,
            rate,
            count,
            new SteadyIndexing(builder, rate).run(folder, peer.codec(), data, count),
            folder);
        IOUtils.rm(folder);
      }
    }

    private void churn(Peer peer) throws IOException {
      int start = data.base().size() / 2;
      System.err.println("Churn, " + merges + " merges ...");
      Path churned = work.resolve("churned");
      IndexCopy.make(store.segmented(peer, data, "half", start), churned);
      FixedBitSet live =
          new Churn(builder, merges, deleted).run(churned, peer.codec(), data, start);
      Path fresh = work.resolve("fresh");
      builder.buildOf(fresh, peer.codec(), data.base(), live, data.similarity());
      report.churned(peer, merges, churned, fresh, live);
      IOUtils.rm(churned, fresh);
    }

    private void abort(Peer peer) throws IOException {
      Path segments = store.segmented(peer, data, "equal", tenths(data.base().size(), 1));
      Path copy = work.resolve("aborted");
      IndexCopy.make(segments, copy);
      System.err.println("A whole merge ...");
      double whole = merging.merge(copy, peer.codec()).cost().seconds();
      for (int i = 0; i < aborts; i++) {
        IndexCopy.make(segments, copy);
        long after = (long) (whole * 1e9 * (i + .5) / aborts);
        report.aborted(peer, after, new Aborting(builder).abort(copy, peer.codec(), after));
      }
      IOUtils.rm(copy);
    }

    private void threads() throws IOException {
      int most = Runtime.getRuntime().availableProcessors();
      ForestPeer peer = ForestPeer.withDefaults();
      Path segments = store.segmented(peer, data, "equal", tenths(data.base().size(), 1));
      Path copy = work.resolve("threads");
      Map<String, Long> one = Map.of();
      Map<String, Long> all = Map.of();
      try (ExecutorService pool = Executors.newFixedThreadPool(most)) {
        // The first round is for the compiler.
        for (int round = 0; round <= run.rounds; round++) {
          System.err.println("Merges on 1 and " + most + " threads, round " + round + " ...");
          IndexCopy.make(segments, copy);
          one = lessOf(one, new PhaseTimes(builder).merge(copy, peer.codec()), round);
          IndexCopy.make(segments, copy);
          all = lessOf(all, new PhaseTimes(builder).merge(copy, peer.codec(pool)), round);
        }
      }
      IOUtils.rm(copy);
      report.threads(most, one, all);
    }

    private static Map<String, Long> lessOf(
        Map<String, Long> least, Map<String, Long> now, int round) {
      return round > 1 && PhaseTimes.sum(least) < PhaseTimes.sum(now) ? least : now;
    }

    private void limited() throws IOException {
      if (limitCommand == null) {
        throw new UserErrorException("limited memory needs a --limit-command");
      }
      Path kept = Files.createDirectories(work.resolve("limited"));
      Path indexes = run.index == null ? kept : run.index;
      // The vectors must be there before memory is short: making them is not what is measured.
      Peer flat = Peers.named(List.of("exact")).get(0);
      IndexStore shared = new IndexStore(indexes, run.ramBufferMegabytes, run.trustIndex);
      shared.get(flat, data.limit(WARM_UP_VECTORS), Layout.NATURAL);
      shared.get(flat, data, Layout.NATURAL);
      List<String> arguments = new ArrayList<>(List.of("merge", "--shapes", "rebuild"));
      arguments.addAll(run.arguments(kept, indexes));
      System.err.println("Rebuild without a limit ...");
      List<String> free = LimitedProcess.run(List.of(), Main.class.getName(), arguments);
      System.err.println("Rebuild with a limit ...");
      List<String> limited =
          LimitedProcess.run(
              List.of(limitCommand.strip().split("\\s+", -1)), Main.class.getName(), arguments);
      report.limited(free, limited);
    }
  }
}
