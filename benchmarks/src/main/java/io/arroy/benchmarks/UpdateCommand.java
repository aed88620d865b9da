package io.arroy.benchmarks;

import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.index.Cpu;
import io.arroy.benchmarks.index.ResidentMemory;
import io.arroy.benchmarks.merge.WrittenBytes;
import io.arroy.benchmarks.report.Facts;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.Neighbor;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes a little of an index of the engine, again and again. */
@Command(
    name = "update",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description =
        "Builds an index with the engine alone, replaces some of its items with others and builds"
            + " again, several times, and prints what each build cost and what is found after.")
final class UpdateCommand implements Callable<Integer> {
  private static final int K = 10;

  @Mixin private RunOptions run;

  @Option(
      names = "--share",
      description = "Items replaced before each build (default: ${DEFAULT-VALUE}).")
  private double share = .01;

  @Option(names = "--updates", description = "Builds after the first (default: ${DEFAULT-VALUE}).")
  private int updates = 10;

  @Option(
      names = "--memory-mb",
      description =
          "Put and build in transactions that each hold about so many megabytes (default: all that"
              + " is put and built in one transaction).")
  private int memoryMb;

  @Override
  public Integer call() throws IOException {
    if (!(share > 0) || updates < 1 || share * updates > .5) {
      throw new UserErrorException("--share times --updates must be more than 0, at most .5");
    }
    Facts facts = new Facts(System.out);
    Dataset data = run.open(100, List.of(K));
    float[][] queries = RunOptions.pick(data.queries().toArrays(), run.chosenQueries(data));
    Machine.describe(facts);
    run.describe(facts, data, queries.length);
    Files.createDirectories(run.out);
    Path file = run.out.resolve("update.mdb");
    Path lock = run.out.resolve("update.mdb-lock");
    Files.deleteIfExists(file);
    try (Environment environment = Environment.open(file)) {
      measure(environment, data.base().toArrays(), queries, distance(data), facts);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(lock);
    }
    return 0;
  }

  private void measure(
      Environment environment, float[][] rows, float[][] queries, Distance distance, Facts facts)
      throws IOException {
    IndexDescription description =
        new IndexDescription(0, distance, ElementType.FLOAT32, rows[0].length);
    int replaced = (int) (rows.length * share);
    int count = rows.length - replaced * updates;
    int next = count;
    float[][] items = Arrays.copyOf(rows, count);
    Random random = new Random(42);
    double first = build(environment, description, items, IntStream.range(0, count), false, facts);
    search(environment, items, queries, distance, "first", facts);
    double[] costs = new double[updates];
    for (int update = 0; update < updates; update++) {
      int[] ids = random.ints(0, count).distinct().limit(replaced).toArray();
      for (int id : ids) {
        items[id] = rows[next++];
      }
      costs[update] = build(environment, description, items, Arrays.stream(ids), false, facts);
    }
    search(environment, items, queries, distance, "updated", facts);
    double anew = build(environment, description, items, IntStream.empty(), true, facts);
    search(environment, items, queries, distance, "rebuilt", facts);
    Arrays.sort(costs);
    double median = (costs[(updates - 1) / 2] + costs[updates / 2]) / 2;
    facts.line(
        "ratio",
        "kind",
        "update",
        "share",
        Facts.share(share),
        "update_cpu_s",
        Facts.seconds(median),
        "first_cpu_s",
        Facts.seconds(first),
        "rebuild_cpu_s",
        Facts.seconds(anew),
        "rebuild_ratio",
        Facts.ratio(median / anew),
        "ratio",
        Facts.ratio(median / first));
  }

  /** Puts items and builds; returns the seconds of CPU that the build and the commit took. */
  private double build(
      Environment environment,
      IndexDescription description,
      float[][] items,
      IntStream ids,
      boolean anew,
      Facts facts)
      throws IOException {
    long start = Cpu.ofProcess();
    long written = WrittenBytes.soFar();
    int[] all = ids.toArray();
    // What is put is stored twice while a part is moved.
    long perPart = memoryMb == 0 ? all.length : memoryMb * (1L << 19) / description.vectorBytes();
    int done = 0;
    while (memoryMb > 0 && done < all.length) {
      int end = (int) Math.min(all.length, done + perPart);
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(description, transaction);
        for (; done < end; done++) {
          updater.put(all[done], items[all[done]]);
        }
        transaction.commit();
      }
    }
    long put = Cpu.ofProcess();
    long begun = System.nanoTime();
    long anonymous = 0;
    if (memoryMb > 0 && !anew) {
      IndexUpdater.build(environment, 0, BuildOptions.DEFAULT, memoryMb * (1L << 20));
    } else {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(description, transaction);
        for (; done < all.length; done++) {
          updater.put(all[done], items[all[done]]);
        }
        put = Cpu.ofProcess();
        begun = System.nanoTime();
        if (anew) {
          updater.rebuild(BuildOptions.DEFAULT);
        } else {
          updater.build(BuildOptions.DEFAULT);
        }
        anonymous = ResidentMemory.anonymous();
        transaction.commit();
      }
    }
    double cpu = (Cpu.ofProcess() - put) / 1e9;
    facts.line(
        "build",
        "puts",
        done,
        "anew",
        anew,
        "put_cpu_s",
        Facts.seconds((put - start) / 1e9),
        "build_cpu_s",
        Facts.seconds(cpu),
        "build_s",
        Facts.seconds((System.nanoTime() - begun) / 1e9),
        "written_mb",
        (WrittenBytes.soFar() - written) >> 20,
        "anonymous_mb",
        anonymous >> 20,
        "file_bytes",
        Files.size(environment.file()));
    return cpu;
  }

  private static void search(
      Environment environment,
      float[][] items,
      float[][] queries,
      Distance distance,
      String state,
      Facts facts)
      throws IOException {
    try (Snapshot snapshot = environment.read()) {
      ForestIndex index = ForestIndex.open(snapshot, 0);
      SearchOptions options = SearchOptions.nearest(K);
      long found = 0;
      long nanos = Long.MAX_VALUE;
      for (int pass = 0; pass < 5; pass++) {
        found = 0;
        long spent = 0;
        for (float[] query : queries) {
          long start = System.nanoTime();
          List<Neighbor> near = index.nearest(query, options);
          spent += System.nanoTime() - start;
          if (pass == 4) {
            float bound = bound(items, query, distance);
            found +=
                near.stream()
                    .filter(hit -> distance.proximity(query, items[hit.id()]) >= bound)
                    .count();
          }
        }
        nanos = Math.min(nanos, spent);
      }
      facts.line(
          "point",
          "state",
          state,
          "k",
          K,
          "recall",
          Facts.share((double) found / K / queries.length),
          "mean_us",
          Facts.micros(nanos / 1e3 / queries.length));
    }
  }

  /** The proximity of the last of the nearest. */
  private static float bound(float[][] items, float[] query, Distance distance) {
    double[] proximities =
        Arrays.stream(items)
            .parallel()
            .mapToDouble(item -> distance.proximity(query, item))
            .toArray();
    Arrays.sort(proximities);
    return (float) proximities[proximities.length - K];
  }

  private static Distance distance(Dataset data) {
    return switch (data.similarity()) {
      case EUCLIDEAN -> Distance.EUCLIDEAN;
      case COSINE, DOT_PRODUCT -> Distance.COSINE;
      case MAXIMUM_INNER_PRODUCT -> Distance.DOT_PRODUCT;
    };
  }
}
