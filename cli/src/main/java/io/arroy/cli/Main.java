package io.arroy.cli;

import io.arroy.cli.command.BuildCommand;
import io.arroy.cli.command.CompactCommand;
import io.arroy.cli.command.CreateCommand;
import io.arroy.cli.command.DeleteCommand;
import io.arroy.cli.command.DumpCommand;
import io.arroy.cli.command.ImportCommand;
import io.arroy.cli.command.PlotCommand;
import io.arroy.cli.command.QueryCommand;
import io.arroy.cli.command.StatsCommand;
import io.arroy.cli.command.VerifyCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
    name = "arroy",
    usageHelpWidth = 100,
    sortOptions = false,
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Makes, fills, builds and searches vector indexes in an LMDB environment, and looks into them.",
      "stats, verify, dump, plot and query also read the environments of a Lucene index: give its",
      "directory, or the .lmdb file of a segment. Nothing is written there."
    },
    footer = {"", "Exit codes: 0 done; 1 failed, with one line on standard error; 2 wrong usage."},
    subcommands = {
      CreateCommand.class,
      ImportCommand.class,
      BuildCommand.class,
      QueryCommand.class,
      DeleteCommand.class,
      StatsCommand.class,
      VerifyCommand.class,
      DumpCommand.class,
      PlotCommand.class,
      CompactCommand.class
    })
public final class Main implements Runnable {
  /** Kept, as loggers that nobody holds are forgotten together with their level. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--trace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "After an error, print where in the code it came from.")
  private boolean trace;

  private Main() {}

  /** Runs a command. */
  public static void main(String[] args) {
    LUCENE.setLevel(Level.SEVERE);
    // What is written is UTF-8, whatever the locale of a container says.
    PrintWriter out =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintWriter err =
        new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    System.exit(code);
  }

  /**
   * Runs a command without leaving the JVM.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine command = new CommandLine(main);
    command.setOut(out).setErr(err);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setParameterExceptionHandler(
        (e, ignored) -> {
          err.println(Failures.line(e) + " (arroy --help, arroy COMMAND --help)");
          return 2;
        });
    command.setExecutionExceptionHandler(
        (e, ignored, parsed) -> {
          err.println(Failures.line(e));
          if (main.trace) {
            e.printStackTrace(err);
          }
          return 1;
        });
    int code = execute(command, err, args);
    if (out.checkError() && code == 0) {
      err.println("error: standard output could not be written");
      code = 1;
    }
    err.flush();
    return code;
  }

  private static int execute(CommandLine command, PrintWriter err, String... args) {
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      err.println("error: not enough memory, " + e.getMessage() + ": see java -Xmx");
      return 1;
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
  }

  /** Tells the version that the jar was packed with. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"arroy " + (version == null ? "(not packed)" : version)};
    }
  }
}
