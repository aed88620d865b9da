package io.arroy.benchmarks.merge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs a command of this program in a JVM of its own, under a limit that another program sets. */
public final class LimitedProcess {

  private LimitedProcess() {}

  /**
   * Runs it and returns the lines it prints.
   *
   * @param prefix the program that sets the limit, and its options; empty for no limit
   * @param main the class to start
   * @param arguments the command and its options
   */
  public static List<String> run(List<String> prefix, String main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException("ended with " + exit + ": " + String.join(" ", prefix) + " ...");
      }
      return lines;
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
