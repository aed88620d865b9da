package io.arroy.cli.command;

import io.arroy.forest.inspect.IndexStatistics;
import io.arroy.forest.inspect.Sizes;
import io.arroy.forest.inspect.TreeStatistics;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.PageCounts;
import java.io.PrintWriter;
import java.util.Locale;

/** Statistics for people. */
final class TextStatistics implements StatsCommand.StatisticsWriter {
  private final PrintWriter out;

  TextStatistics(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void index(String label, IndexStatistics statistics) {
    String description = Describe.index(statistics.items().description());
    out.println(description.startsWith(label) ? description : label + ": " + description);
    out.println(
        "  "
            + Describe.items(statistics.items().count())
            + (statistics.items().dense() ? ", ids 0, 1, 2, …" : "")
            + freeSlots(statistics)
            + ", "
            + Describe.count(statistics.changes(), "change", "changes")
            + " not built");
    out.println(
        "  "
            + Describe.count(statistics.forest().trees(), "tree", "trees")
            + ", leaf size "
            + statistics.forest().leafSize()
            + ", seed "
            + statistics.forest().seed());
    for (int tree = 0; tree < statistics.trees().size(); tree++) {
      tree(tree, statistics.trees().get(tree));
    }
    for (BlockKind kind : BlockKind.values()) {
      long blocks = statistics.blocks().getOrDefault(kind, 0L);
      if (blocks > 0) {
        bytes(Describe.name(kind), statistics.bytes().get(kind), blocks);
      }
    }
    long blocks = statistics.blocks().values().stream().mapToLong(Long::longValue).sum();
    bytes("all", statistics.totalBytes(), blocks);
  }

  private static String freeSlots(IndexStatistics statistics) {
    int free = statistics.items().layout().slots() - statistics.items().count();
    return free == 0 ? "" : ", " + Describe.count(free, "free slot", "free slots");
  }

  private void tree(int number, TreeStatistics tree) {
    out.println("  tree " + number + ": depth " + TreeStatistics.DEPTH + " (groups, leaves)");
    sizes("groups", "leaves", tree.groups());
    sizes("leaves", "items", tree.leaves());
    if (tree.alikeLeaves() > 0) {
      String leaves = Describe.count(tree.alikeLeaves(), "leaf", "leaves");
      out.println("    " + leaves + " of equal vectors");
    }
  }

  private void sizes(String what, String of, Sizes sizes) {
    out.println(
        String.format(
            Locale.ROOT,
            "    %,d %s of %d to %d %s, mean %.1f, tenths %d %d %d (10, 50, 90 %%)",
            sizes.count(),
            what,
            sizes.least(),
            sizes.most(),
            of,
            sizes.mean(),
            sizes.tenth(),
            sizes.median(),
            sizes.ninetieth()));
  }

  private void bytes(String kind, long bytes, long blocks) {
    String counted = Describe.count(blocks, "block", "blocks");
    out.println(String.format(Locale.ROOT, "  %-10s %,15d bytes in %s", kind, bytes, counted));
  }

  @Override
  public void pages(PageCounts pages) {
    out.println(
        String.format(
            Locale.ROOT,
            "file: %,d bytes, %,d pages of %d: %,d used, %,d free, %,d lost",
            pages.bytes(),
            pages.pages(),
            pages.pageSize(),
            pages.used(),
            pages.free(),
            pages.lost()));
  }
}
