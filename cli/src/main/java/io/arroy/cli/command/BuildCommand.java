package io.arroy.cli.command;

import io.arroy.cli.opened.LiveFile;
import io.arroy.cli.show.ProgressBar;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestHeader;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Builds the forest of an index. */
@Command(
    name = "build",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Brings the forest of an index up to date with its items, going on with the forest there is.",
      "Readers see all of it when it is done, and nothing before; ended early, it leaves no trace,",
      "but for vectors that --memory-mb has moved, which nobody notices."
    })
public final class BuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LiveFile file;

  @Option(
      names = "--trees",
      paramLabel = "N",
      description = "Number of trees, 0 for as many as suit (default: as there are, at first 1).")
  private Integer trees;

  @Option(
      names = "--leaf-size",
      paramLabel = "N",
      description = "Items a leaf should hold (default: as it is, at first 128).")
  private Integer leafSize;

  @Option(
      names = "--forest-from",
      paramLabel = "N",
      description = "Number of items from which there is a forest (default: 16384).")
  private Integer forestFrom;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where choices come from (default: 42).")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that build (default: as many as processors).")
  private Integer threads;

  @Option(
      names = "--memory-mb",
      paramLabel = "MB",
      description =
          "Move vectors in transactions of so much, unless most were deleted and all are moved together.")
  private Integer memoryMegabytes;

  @Option(names = "--anew", description = "Build from nothing, not from the forest there is.")
  private boolean anew;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (workers < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, got " + workers);
    }
    if (memoryMegabytes != null && memoryMegabytes < 1) {
      throw new IllegalArgumentException("--memory-mb must be at least 1, got " + memoryMegabytes);
    }
    if (memoryMegabytes != null && anew) {
      throw new IllegalArgumentException("--memory-mb does not go with --anew");
    }
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), quiet);
        Environment environment = file.open()) {
      if (workers == 1) {
        build(environment, Runnable::run, bar);
      } else {
        try (ExecutorService pool = Executors.newFixedThreadPool(workers - 1)) {
          build(environment, pool, bar);
        }
      }
    }
    return 0;
  }

  private void build(Environment environment, Executor executor, ProgressBar bar)
      throws IOException {
    String done =
        memoryMegabytes == null
            ? buildAtOnce(environment, executor, bar)
            : buildInParts(environment, executor, bar);
    bar.close();
    String seconds = String.format(Locale.ROOT, "%.1f", bar.seconds());
    spec.commandLine().getOut().println("built " + done + ", " + seconds + " s");
  }

  private String buildAtOnce(Environment environment, Executor executor, ProgressBar bar)
      throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.open(file.index(), transaction);
      BuildOptions options = options(ForestHeader.read(transaction, file.index()));
      options = options.withExecutor(executor).withMonitor(bar);
      if (anew) {
        updater.rebuild(options);
      } else {
        updater.build(options);
      }
      String done = describe(transaction);
      transaction.commit();
      return done;
    }
  }

  private String buildInParts(Environment environment, Executor executor, ProgressBar bar)
      throws IOException {
    BuildOptions options;
    try (WriteTransaction transaction = environment.write()) {
      IndexUpdater.open(file.index(), transaction);
      options = options(ForestHeader.read(transaction, file.index()));
    }
    options = options.withExecutor(executor).withMonitor(bar);
    IndexUpdater.build(environment, file.index(), options, (long) memoryMegabytes << 20);
    try (Snapshot snapshot = environment.read()) {
      return describe(snapshot);
    }
  }

  private String describe(BlockSource source) throws IOException {
    ForestHeader forest = ForestHeader.read(source, file.index());
    return Describe.index(ItemsHeader.read(source, file.index()).description())
        + ": "
        + Describe.items(forest.items())
        + ", "
        + Describe.count(forest.trees(), "tree", "trees");
  }

  private BuildOptions options(ForestHeader before) {
    BuildOptions options = BuildOptions.DEFAULT.withLeafSize(before.leafSize());
    if (before.trees() > 0) {
      options = options.withTrees(before.trees()).withSeed(before.seed());
    }
    if (trees != null) {
      options = options.withTrees(trees);
    }
    if (leafSize != null) {
      options = options.withLeafSize(leafSize);
    }
    if (forestFrom != null) {
      options = options.withForestFrom(forestFrom);
    }
    return seed == null ? options : options.withSeed(seed);
  }
}
