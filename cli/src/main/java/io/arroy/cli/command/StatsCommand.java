package io.arroy.cli.command;

import io.arroy.cli.opened.Opened;
import io.arroy.cli.opened.OpenedIndex;
import io.arroy.cli.opened.Target;
import io.arroy.forest.inspect.IndexStatistics;
import io.arroy.forest.store.PageCounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what indexes are like. */
@Command(
    name = "stats",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells of each index its items, trees, groups, leaves and bytes; of a file its pages.",
      "A stored tree keeps no planes, so it has two levels, groups and leaves, whatever its",
      "size. Leaves of equal vectors are those that no plane could divide further."
    })
public final class StatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Target target;

  @Option(
      names = "--json",
      description = "One JSON object a line: for each index, then for the file.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    StatisticsWriter writer = json ? new JsonStatistics(out) : new TextStatistics(out);
    try (Opened opened = target.open()) {
      for (OpenedIndex index : opened.indexes()) {
        writer.index(index.label(), IndexStatistics.of(index.blocks(), index.number()));
      }
      Optional<PageCounts> pages = opened.countPages();
      if (pages.isPresent()) {
        writer.pages(pages.get());
      }
    }
    return 0;
  }

  /** Writes what was found. */
  interface StatisticsWriter {
    /** Writes what an index is like. */
    void index(String label, IndexStatistics statistics) throws IOException;

    /** Writes what the file is like. */
    void pages(PageCounts pages) throws IOException;
  }
}
