package io.arroy.cli.command;

import io.arroy.cli.input.FileRows;
import io.arroy.cli.input.IdSource;
import io.arroy.cli.input.Numbers;
import io.arroy.cli.input.Rows;
import io.arroy.cli.opened.LiveFile;
import io.arroy.cli.show.ProgressBar;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts the vectors of a file into an index. */
@Command(
    name = "import",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Puts the vectors of a file into an index, in place of those with the same ids.",
      "Searches find them after the next build.",
      "",
      "Formats, by what the name ends in, each perhaps with .gz: fvecs, bvecs, npy, bare rows (f32,",
      "f16, u8, i8), or jsonl: lines like {\"id\": 17, \"vector\": [0.5, 1]}.",
      "",
      "All goes in or nothing: it is one transaction, which holds the vectors in memory. With --batch",
      "a transaction ends after so many rows; when it fails later, it tells where to go on."
    })
public final class ImportCommand implements Callable<Integer> {
  private static final int REPORTED_ROWS = 1024;

  @Spec private CommandSpec spec;
  @Mixin private LiveFile file;

  @Parameters(index = "1", paramLabel = "VECTORS", description = "The file of vectors.")
  private Path vectors;

  @Option(
      names = "--first-id",
      paramLabel = "ID",
      defaultValue = "0",
      description = "Id of the first row, from which ids count up (default: ${DEFAULT-VALUE}).")
  private int firstId;

  @Option(
      names = "--ids",
      paramLabel = "FILE",
      description = "Ids of the rows, one a line, instead.")
  private Path ids;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      description = "Commit after so many rows (default: once, at the end).")
  private Integer batch;

  @Option(
      names = "--skip",
      paramLabel = "ROWS",
      defaultValue = "0",
      description = "Leave out so many rows at the start: those a failed run has committed.")
  private long skip;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress.")
  private boolean quiet;

  private long read;
  private long committed;

  @Override
  public Integer call() throws IOException {
    check();
    PrintWriter out = spec.commandLine().getOut();
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), quiet);
        Environment environment = file.open()) {
      int dimension = dimension(environment);
      try (Rows rows =
          FileRows.open(
              vectors, dimension, ids == null ? IdSource.from(firstId) : IdSource.of(ids))) {
        put(environment, rows, bar);
      }
    } catch (IOException | RuntimeException e) {
      if (committed > 0) {
        throw new IOException(
            e.getMessage()
                + "; the first "
                + (skip + committed)
                + " rows are in: go on with --skip "
                + (skip + committed),
            e);
      }
      throw e;
    }
    out.println("imported " + Describe.items(committed) + "; arroy build makes them searchable");
    return 0;
  }

  private void check() {
    if (firstId < 0) {
      throw new IllegalArgumentException("--first-id must not be negative, got " + firstId);
    }
    if (batch != null && batch < 1) {
      throw new IllegalArgumentException("--batch must be at least 1, got " + batch);
    }
    if (skip < 0) {
      throw new IllegalArgumentException("--skip must not be negative, got " + skip);
    }
  }

  private int dimension(Environment environment) throws IOException {
    try (Snapshot snapshot = environment.read()) {
      if (!ItemsHeader.exists(snapshot, file.index())) {
        throw new IllegalArgumentException("there is no index " + file.index());
      }
      return ItemsHeader.read(snapshot, file.index()).description().dimension();
    }
  }

  private void put(Environment environment, Rows rows, ProgressBar bar) throws IOException {
    boolean more = true;
    for (long i = 0; i < skip && more; i++) {
      more = rows.next();
    }
    while (more) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.open(file.index(), transaction);
        long before = read;
        while ((batch == null || read - before < batch) && (more = rows.next())) {
          put(updater, rows);
          if (++read % REPORTED_ROWS == 0) {
            bar.progress("import", read, rows.count() - skip);
          }
        }
        transaction.commit();
        committed = read;
      }
    }
  }

  private static void put(IndexUpdater updater, Rows rows) throws IOException {
    if (rows.id() < 0) {
      throw new IllegalArgumentException(rows.where() + " has no \"id\"");
    }
    try {
      if (updater.description().elementType() == ElementType.BYTE) {
        updater.put(rows.id(), Numbers.bytes(rows.vector(), "the vector"));
      } else {
        updater.put(rows.id(), rows.vector());
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(rows.where() + ": " + e.getMessage(), e);
    }
  }
}
