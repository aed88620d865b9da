package io.arroy.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs micro-benchmarks. */
@Command(
    name = "jmh",
    description = "Runs the JMH micro-benchmarks whose names match, with JMH's own options.")
final class JmhCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "REGEX | OPTION",
      description = "Which benchmarks, all without any; -h lists JMH's options.")
  List<String> arguments = List.of();

  @Override
  public Integer call() throws IOException {
    // The JVMs that JMH starts get this one's flags and class path.
    org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
