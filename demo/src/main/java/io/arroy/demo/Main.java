package io.arroy.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The demo's command line. */
@Command(
    name = "demo/run",
    usageHelpWidth = 100,
    usageHelpAutoWidth = false,
    sortOptions = false,
    description = {
      "",
      "A reverse dictionary: finds words by their definitions, in an index of the forest codec, by",
      "text, by vector and by both, under filters. Then compares the forest with Lucene's own HNSW",
      "graph on the same data: recall, latency, building time, size.",
      ""
    },
    exitCodeOnInvalidInput = 2,
    exitCodeOnExecutionException = 1)
public final class Main implements Runnable {
  /** Kept, as loggers that nobody holds are forgotten together with their level. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation alone
  private boolean help;

  @Mixin private Settings settings = new Settings();

  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the demo; its exit code is 0, 1 after a failure, or 2 for options it does not know. */
  public static void main(String[] args) {
    LUCENE.setLevel(Level.WARNING);
    // The texts are UTF-8 and so are terminals, whatever the locale of a container says.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** The same without leaving the JVM. */
  static int run(PrintStream out, PrintStream err, String... args) {
    CommandLine command = new CommandLine(new Main(out, err));
    command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    command.setParameterExceptionHandler(
        (e, ignored) -> {
          err.println("error: " + e.getMessage() + " (--help lists the options)");
          return 2;
        });
    command.setExecutionExceptionHandler(
        (e, ignored, result) -> {
          if (!(e instanceof DemoException)) {
            throw e;
          }
          err.println("error: " + e.getMessage());
          return 1;
        });
    return command.execute(args);
  }

  @Override
  public void run() {
    settings.check();
    try {
      new Demo(settings, out, err).run();
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new DemoException(e.getFile() + ": " + reason, e);
    } catch (IOException e) {
      throw new DemoException(e.toString(), e);
    }
  }
}
