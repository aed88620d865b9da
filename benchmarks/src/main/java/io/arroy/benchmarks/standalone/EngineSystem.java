package io.arroy.benchmarks.standalone;

import io.arroy.benchmarks.filter.FilterCase;
import io.arroy.benchmarks.index.Cpu;
import io.arroy.benchmarks.peer.ForestPeer;
import io.arroy.benchmarks.peer.Peers;
import io.arroy.forest.ForestBuilder;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.ItemWriter;
import io.arroy.forest.Neighbor;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.lucene.util.FixedBitSet;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.CopyFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;

/** This project's engine in a live environment, with its defaults. */
public final class EngineSystem implements StandaloneSystem {

  private static final int INDEX = 0;

  private final Workload work;
  private final Path folder;
  private final ExecutorService executor;
  private final BuildOptions options;
  private Environment environment;

  /** Keeps its environments in {@code folder}, which must exist. */
  public EngineSystem(Workload work, Path folder) {
    this.work = work;
    this.folder = folder;
    // The calling thread builds too.
    this.executor = work.threads() == 1 ? null : Executors.newFixedThreadPool(work.threads() - 1);
    this.options =
        executor == null ? BuildOptions.DEFAULT : BuildOptions.DEFAULT.withExecutor(executor);
  }

  @Override
  public String name() {
    return Peers.OURS;
  }

  @Override
  public String version() {
    return "working-copy";
  }

  @Override
  public boolean filters() {
    return true;
  }

  @Override
  public boolean updates() {
    return true;
  }

  @Override
  public List<String> settings(int k) {
    List<String> settings = new ArrayList<>(List.of(DEFAULT));
    ForestPeer.budgets(k, work.items().length).mapToObj(Integer::toString).forEach(settings::add);
    return settings;
  }

  /** Builds anew, in another file, each time that it is called. */
  @Override
  public BuiltIndex build() throws IOException {
    if (environment != null) {
      environment.close();
    }
    Path file = Files.createTempFile(folder, "engine", ".mdb");
    Files.delete(file);
    environment = Environment.open(file);
    String parameters = "trees:" + options.trees() + ",leaf_size:" + options.leafSize();
    BuiltIndex built = write(this::writeSorted, parameters);
    environment.close();
    long compacted = compactedBytes(file);
    environment = Environment.open(file);
    return new BuiltIndex(
        built.seconds(), built.cpuSeconds(), built.bytes(), compacted, parameters);
  }

  private void writeSorted(IndexDescription description, WriteTransaction transaction)
      throws IOException {
    ItemWriter writer = new ItemWriter(description, transaction);
    for (int id = 0; id < work.items().length; id++) {
      writer.add(id, work.items()[id]);
    }
    writer.finish();
    new ForestBuilder(options).build(description, transaction, transaction);
  }

  @Override
  public BuiltIndex update() throws IOException {
    return write(this::putChanged, "-");
  }

  private void putChanged(IndexDescription description, WriteTransaction transaction)
      throws IOException {
    IndexUpdater updater = IndexUpdater.create(description, transaction);
    for (int i = 0; i < work.changed().length; i++) {
      updater.put(work.changed()[i], work.replacements()[i]);
    }
    updater.build(options);
  }

  private BuiltIndex write(Change change, String parameters) throws IOException {
    IndexDescription description =
        new IndexDescription(INDEX, distance(), ElementType.FLOAT32, work.dimension());
    long start = System.nanoTime();
    long cpu = Cpu.ofProcess();
    try (WriteTransaction transaction = environment.write()) {
      change.write(description, transaction);
      transaction.commit();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuSeconds = (Cpu.ofProcess() - cpu) / 1e9;
    long bytes = Files.size(environment.file());
    return new BuiltIndex(seconds, cpuSeconds, bytes, bytes, parameters);
  }

  /** Writes into a transaction. */
  @FunctionalInterface
  private interface Change {
    void write(IndexDescription description, WriteTransaction transaction) throws IOException;
  }

  /** LMDB allows a process to open a file once only, so this must be while it is closed. */
  private static long compactedBytes(Path file) throws IOException {
    Path copy = file.resolveSibling("compacted.mdb");
    Files.deleteIfExists(copy);
    try (Env<byte[]> env =
        Env.create(ByteArrayProxy.PROXY_BA)
            .setMaxDbs(1)
            .open(file.toFile(), EnvFlags.MDB_NOSUBDIR, EnvFlags.MDB_RDONLY_ENV)) {
      env.copy(copy.toFile(), CopyFlags.MDB_CP_COMPACT);
      return Files.size(copy);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private Distance distance() {
    return work.cosine() ? Distance.COSINE : Distance.EUCLIDEAN;
  }

  @Override
  public Answers search(SearchRequest request) throws IOException {
    SearchOptions plain = SearchOptions.nearest(request.k());
    if (!request.setting().equals(DEFAULT)) {
      plain = plain.withBudget(Integer.parseInt(request.setting()));
    }
    double[] micros = new double[request.count()];
    List<int[]> hits = new ArrayList<>();
    try (Snapshot snapshot = environment.read()) {
      ForestIndex index = ForestIndex.open(snapshot, INDEX);
      for (int i = 0; i < request.count(); i++) {
        int query = request.from() + i;
        SearchOptions asked = filtered(plain, request.filter(), query, index);
        long start = System.nanoTime();
        List<Neighbor> found = index.nearest(work.queries()[query], asked);
        micros[i] = (System.nanoTime() - start) / 1e3;
        hits.add(found.stream().mapToInt(Neighbor::id).toArray());
      }
    }
    return new Answers(micros, hits);
  }

  private SearchOptions filtered(SearchOptions options, String filter, int query, ForestIndex index)
      throws IOException {
    if (filter == null) {
      return options;
    }
    FilterCase chosen = work.filter(filter);
    FixedBitSet rows = chosen.rows(query);
    return index.accepting(options, IntStream.range(0, rows.length()).filter(rows::get).iterator());
  }

  @Override
  public void close() throws IOException {
    if (executor != null) {
      executor.shutdown();
    }
    if (environment != null) {
      environment.close();
    }
  }
}
