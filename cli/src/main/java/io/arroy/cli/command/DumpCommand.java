package io.arroy.cli.command;

import io.arroy.cli.opened.Opened;
import io.arroy.cli.opened.OpenedIndex;
import io.arroy.cli.opened.Target;
import io.arroy.forest.inspect.TextDump;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes indexes as text. */
@Command(
    name = "dump",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Writes all that an index holds as text: headers, blocks, items, every leaf of every tree,",
      "changes. Equal indexes give equal text."
    })
public final class DumpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Target target;

  @Option(
      names = "--values",
      paramLabel = "N",
      defaultValue = "8",
      description = "Numbers of each vector, 0 for none (default: ${DEFAULT-VALUE}).")
  private int values;

  @Option(names = "--codes", description = "The code of every item, too.")
  private boolean codes;

  @Override
  public Integer call() throws IOException {
    TextDump.Options options = new TextDump.Options(values, codes);
    PrintWriter out = spec.commandLine().getOut();
    try (Opened opened = target.open()) {
      for (OpenedIndex index : opened.indexes()) {
        if (!index.segment().isEmpty()) {
          out.append("segment ").append(index.label()).append('\n');
        }
        TextDump.write(index.blocks(), index.number(), options, out);
      }
    }
    return 0;
  }
}
