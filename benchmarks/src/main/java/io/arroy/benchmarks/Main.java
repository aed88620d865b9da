package io.arroy.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts a benchmark. */
@Command(
    name = "benchmarks/run",
    description = "Measures this project's vector format side by side with Lucene's own.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CompareCommand.class,
      FiltersCommand.class,
      MergeCommand.class,
      FlushCommand.class,
      UpdateCommand.class,
      PeersCommand.class,
      GenerateCommand.class,
      JmhCommand.class
    })
public final class Main {

  private Main() {}

  /** Runs the command named by the first argument. */
  public static void main(String[] args) {
    CommandLine commands = new CommandLine(new Main());
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    // JMH has options of its own, which are its to understand.
    commands.getSubcommands().get("jmh").setUnmatchedOptionsArePositionalParams(true);
    commands.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          // What a caller can mend reads better without where in the code it was noticed.
          if (exception instanceof UserErrorException
              || exception instanceof io.arroy.cli.vectors.MalformedDataException) {
            command.getErr().println(exception.getMessage());
            return command.getCommandSpec().exitCodeOnExecutionException();
          }
          throw exception;
        });
    System.exit(commands.execute(args));
  }
}
