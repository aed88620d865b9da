package io.arroy.cli.command;

import io.arroy.cli.opened.LiveFile;
import io.arroy.forest.store.Compaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies an environment without free pages. */
@Command(
    name = "compact",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Copies an environment, with all databases of its file, without its free pages.",
      "Others may use it meanwhile, unless it is to be replaced."
    })
public final class CompactCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The environment's data file.")
  private Path file;

  @ArgGroup(multiplicity = "1")
  private Goal goal;

  /** Where the copy goes. */
  static final class Goal {
    @Option(names = "--to", paramLabel = "COPY", description = "Write the copy to this new file.")
    private Path copy;

    @Option(
        names = "--replace",
        description = {
          "Put the copy in the file's place, at once. Fails if another process has it open,",
          "or changes it meanwhile."
        })
    private boolean replace;
  }

  @Override
  public Integer call() throws IOException {
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    LiveFile.checkNotSealed(file);
    long before = Files.size(file);
    if (goal.replace) {
      Compaction.replace(file);
    } else {
      Compaction.copy(file, goal.copy);
    }
    long after = Files.size(goal.replace ? file : goal.copy);
    String line = String.format(Locale.ROOT, "%,d bytes, before %,d", after, before);
    spec.commandLine().getOut().println(line);
    return 0;
  }
}
