package io.arroy.cli.command;

import io.arroy.cli.input.Numbers;
import io.arroy.cli.opened.LiveFile;
import io.arroy.forest.IndexUpdater;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes items. */
@Command(
    name = "delete",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Deletes items from an index, all or, if one is not there, none.",
      "Searches find them until the next build."
    })
public final class DeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LiveFile file;

  @Parameters(index = "1..*", paramLabel = "ID", description = "Items to delete.")
  private int[] ids = {};

  @Option(
      names = "--ids",
      paramLabel = "FILE",
      description = "More items, their ids separated by white space.")
  private Path idFile;

  @Option(names = "--missing-ok", description = "Ignore ids that are not there.")
  private boolean missingOk;

  @Override
  public Integer call() throws IOException {
    int[] more = idFile == null ? new int[0] : Numbers.ids(idFile);
    int[] all =
        IntStream.concat(Arrays.stream(ids), Arrays.stream(more)).sorted().distinct().toArray();
    if (all.length == 0) {
      throw new IllegalArgumentException("no ids given: name them, or a file with --ids");
    }
    int deleted = 0;
    try (Environment environment = file.open();
        WriteTransaction transaction = environment.write()) {
      IndexUpdater updater = IndexUpdater.open(file.index(), transaction);
      for (int id : all) {
        boolean was = updater.delete(id);
        if (!was && !missingOk) {
          throw new IllegalArgumentException(
              "index " + file.index() + " has no item " + id + "; nothing was deleted");
        }
        deleted += was ? 1 : 0;
      }
      transaction.commit();
    }
    String what = Describe.items(deleted);
    spec.commandLine().getOut().println("deleted " + what + "; arroy build makes searches see it");
    return 0;
  }
}
