package io.arroy.benchmarks.standalone;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A peer in a process of its own, which does what one line after the other asks of it. It measures
 * itself, so what passes between the processes costs it nothing.
 */
public final class PeerSystem implements StandaloneSystem {

  private static final int[] WIDTHS = {10, 15, 20, 30, 40, 60, 80, 120, 200, 300, 400, 800};

  private final String name;
  private final Path folder;
  private final int items;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter requests;
  private final PeerLine ready;

  private PeerSystem(String name, Path folder, int items, Process process)
      throws IOException, SkippedPeerException {
    this.name = name;
    this.folder = folder;
    this.items = items;
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.ready = read();
    if (ready.word().equals("skipped")) {
      throw new SkippedPeerException(ready.text("reason"));
    }
    if (!ready.word().equals("ready")) {
      throw new IOException(name + " said " + ready.word() + " instead of ready");
    }
  }

  /**
   * Builds a peer if need be, and starts it.
   *
   * @param script what builds and starts peers
   * @param folder written by {@link WorkFolder}
   * @param items how many items there are
   * @throws SkippedPeerException if it cannot be built here
   */
  public static PeerSystem start(Path script, String name, Path folder, int items)
      throws IOException, SkippedPeerException {
    ProcessBuilder builder = new ProcessBuilder(script.toString(), name, folder.toString());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      return new PeerSystem(name, folder, items, process);
    } catch (IOException | SkippedPeerException | RuntimeException e) {
      process.destroy();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return ready.values().getOrDefault("version", "unknown");
  }

  @Override
  public boolean filters() {
    return "true".equals(ready.values().get("filter"));
  }

  @Override
  public boolean updates() {
    return "true".equals(ready.values().get("update"));
  }

  @Override
  public List<String> settings(int k) {
    List<String> settings = new ArrayList<>(List.of(DEFAULT));
    if (name.equals("arroy") || name.equals("annoy")) {
      // search_k: an item counts once for every tree that it is met in.
      for (long searchK = 50L * k; searchK <= 8L * items; searchK *= 2) {
        settings.add(Long.toString(searchK));
      }
    } else {
      for (int ef : WIDTHS) {
        if (ef >= k) {
          settings.add(Integer.toString(ef));
        }
      }
    }
    return settings;
  }

  @Override
  public BuiltIndex build() throws IOException {
    return cost(ask("build", "built"));
  }

  @Override
  public BuiltIndex update() throws IOException {
    return cost(ask("update", "updated"));
  }

  private static BuiltIndex cost(PeerLine line) throws IOException {
    return new BuiltIndex(
        line.number("seconds"),
        line.number("cpu_s"),
        (long) line.number("bytes"),
        (long) line.number(line.values().containsKey("compacted") ? "compacted" : "bytes"),
        line.values().getOrDefault("parameters", "-"));
  }

  @Override
  public Answers search(SearchRequest request) throws IOException {
    String file = "answers-" + name;
    ask(
        "search k="
            + request.k()
            + " setting="
            + request.setting()
            + " filter="
            + (request.filter() == null ? "none" : request.filter())
            + " from="
            + request.from()
            + " count="
            + request.count()
            + " answers="
            + file,
        "searched");
    return Answers.read(folder.resolve(file), request.k(), request.count());
  }

  private PeerLine ask(String request, String expected) throws IOException {
    try {
      requests.write(request);
      requests.newLine();
      requests.flush();
    } catch (IOException e) {
      throw new IOException(name + " ended before it was asked to \"" + request + "\"", e);
    }
    PeerLine line = read();
    if (!line.word().equals(expected)) {
      throw new IOException(name + " answered \"" + request + "\" with " + line);
    }
    return line;
  }

  private PeerLine read() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException(name + " ended without an answer; its own words are above");
    }
    return PeerLine.parse(line);
  }

  @Override
  public void close() {
    try {
      // Its input ends, and so does it.
      requests.close();
    } catch (IOException e) {
      // It has ended already.
      process.destroy();
    }
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroy();
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
