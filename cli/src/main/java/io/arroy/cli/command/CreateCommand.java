package io.arroy.cli.command;

import io.arroy.cli.opened.LiveFile;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Creates an index. */
@Command(
    name = "create",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Creates an empty index, and the environment's file if it is missing.",
      "If it fails, a file it made is gone again."
    })
public final class CreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LiveFile file;

  @Option(
      names = {"-d", "--distance"},
      required = true,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private Distance distance;

  @Option(
      names = {"-n", "--dimension"},
      required = true,
      description = "Elements of a vector, 1 to " + IndexDescription.MAX_DIMENSION + ".")
  private int dimension;

  @Option(
      names = {"-e", "--elements"},
      defaultValue = "FLOAT32",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ElementType elements;

  @Override
  public Integer call() throws IOException {
    IndexDescription description =
        new IndexDescription(file.index(), distance, elements, dimension);
    boolean isNew = Files.notExists(file.file());
    try {
      create(description);
    } catch (Throwable t) {
      if (isNew) {
        delete();
      }
      throw t;
    }
    spec.commandLine().getOut().println("created " + Describe.index(description));
    return 0;
  }

  private void create(IndexDescription description) throws IOException {
    try (Environment environment = file.create();
        WriteTransaction transaction = environment.write()) {
      if (ItemsHeader.exists(transaction, description.index())) {
        throw new IllegalArgumentException(
            file.file() + " has an index " + description.index() + " already");
      }
      IndexUpdater.create(description, transaction);
      transaction.commit();
    }
  }

  private void delete() throws IOException {
    Path data = file.file();
    Files.deleteIfExists(data);
    Files.deleteIfExists(data.resolveSibling(data.getFileName() + "-lock"));
  }
}
