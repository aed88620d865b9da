package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.merge.Flushing;
import io.arroy.benchmarks.peer.Peer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.benchmarks.report.Facts;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What flushing small segments costs, and searching them with and without a forest. */
@Command(
    name = "flush",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Flushes small segments, with a forest and without, and searches one of them: from which"
            + " size on is a forest worth building?")
final class FlushCommand implements Callable<Integer> {
  private static final int WARM_UP_ROUNDS = 12;

  @Mixin private RunOptions run;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "N",
      description = "Vectors of a segment (default: ${DEFAULT-VALUE}).")
  private List<Integer> sizes = List.of(250, 1000, 2000, 5000, 10_000, 20_000);

  @Override
  public Integer call() throws IOException {
    Facts facts = new Facts(System.out);
    Dataset data = run.open(200, List.of(10));
    if (sizes.stream().anyMatch(size -> size < 1 || size > data.base().size())) {
      throw new UserErrorException("--sizes must be 1 to " + data.base().size());
    }
    Map<String, Codec> systems = new LinkedHashMap<>();
    systems.put("scan", new ArroyCodec(ForestParameters.DEFAULT.withForestFrom(Integer.MAX_VALUE)));
    systems.put("forest", new ArroyCodec(ForestParameters.DEFAULT.withForestFrom(0)));
    for (Peer peer : Peers.named(run.peers == null ? List.of("exact", "hnsw") : run.peers)) {
      systems.put(peer.name(), peer.codec());
    }
    float[][] queries = RunOptions.pick(data.queries().toArrays(), run.chosenQueries(data));
    Machine.describe(facts);
    run.describe(facts, data, queries.length);
    Path work = Files.createTempDirectory(Files.createDirectories(run.out), "flush");
    try {
      Flushing flushing = new Flushing(data, queries, run.ks.get(0));
      for (Codec codec : systems.values()) {
        flushing.run(work, codec, Math.min(1000, data.base().size()), WARM_UP_ROUNDS);
      }
      for (int size : sizes) {
        for (Map.Entry<String, Codec> system : systems.entrySet()) {
          Flushing.Result result = flushing.run(work, system.getValue(), size, run.rounds);
          facts.line(
              "flush",
              "system",
              system.getKey(),
              "vectors",
              size,
              "flush_ms",
              Facts.ratio(result.flushMillis()),
              "flush_cpu_ms",
              Facts.ratio(result.cpuMillis()),
              "p50_us",
              Facts.micros(result.searchMicros()),
              "recall",
              Facts.share(result.recall()),
              "k",
              run.ks.get(0));
        }
      }
    } finally {
      IOUtils.rm(work);
    }
    return 0;
  }
}
