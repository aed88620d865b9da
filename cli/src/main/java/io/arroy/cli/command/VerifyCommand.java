package io.arroy.cli.command;

import io.arroy.cli.opened.Opened;
import io.arroy.cli.opened.OpenedIndex;
import io.arroy.cli.opened.Target;
import io.arroy.forest.inspect.Validation;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.PageCounts;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks indexes. */
@Command(
    name = "verify",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Reads every page and block, and names the first that does not agree with another.",
      "In a Lucene index checksums are compared first."
    })
public final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Target target;

  @Override
  public Integer call() throws IOException {
    Validation.Checked sum = new Validation.Checked(0, 0, 0, 0);
    Optional<PageCounts> pages;
    try (Opened opened = target.open()) {
      opened.checkIntegrity();
      pages = opened.countPages();
      for (OpenedIndex index : opened.indexes()) {
        sum = sum.plus(check(index));
      }
    }
    String ok =
        "ok: "
            + Describe.count(sum.indexes(), "index", "indexes")
            + ", "
            + Describe.items(sum.items())
            + ", "
            + Describe.count(sum.trees(), "tree", "trees")
            + ", "
            + Describe.count(sum.blocks(), "block", "blocks");
    if (pages.isPresent()) {
      ok += ", " + Describe.count(pages.get().pages(), "page", "pages");
    }
    spec.commandLine().getOut().println(ok);
    return 0;
  }

  private static Validation.Checked check(OpenedIndex index) throws IOException {
    try {
      return Validation.index(index.blocks(), index.number());
    } catch (CorruptEnvironmentException e) {
      if (index.segment().isEmpty()) {
        throw e;
      }
      throw new CorruptEnvironmentException(index.label() + ": " + e.getMessage(), e);
    }
  }
}
