package io.arroy.cli.opened;

import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentFile;
import io.arroy.forest.store.EnvironmentOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The environment that a command changes, and the index in it. */
public final class LiveFile {
  @Parameters(index = "0", paramLabel = "FILE", description = "The environment's data file.")
  private Path file;

  @Option(
      names = "--index",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of the index in it, 0 to 65535 (default: ${DEFAULT-VALUE}).")
  private int index;

  /** The file. */
  public Path file() {
    return file;
  }

  /** Number of the index. */
  public int index() {
    return index;
  }

  /**
   * Opens the environment for writing.
   *
   * @throws IllegalArgumentException if it is sealed, as those of Lucene segments are
   */
  public Environment open() throws IOException {
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    checkNotSealed(file);
    return Environment.open(file, new EnvironmentOptions(false, false, true, 1024, 0));
  }

  /** Opens the environment, and makes it where there is none. */
  public Environment create() throws IOException {
    if (Files.exists(file)) {
      checkNotSealed(file);
    }
    return Environment.open(file, EnvironmentOptions.DEFAULT);
  }

  /** Fails before anything is created beside a file that is not made to be changed. */
  public static void checkNotSealed(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + " is a directory, not an environment's file");
    }
    if (EnvironmentFile.isSealed(file)) {
      throw new IllegalArgumentException(
          file + " is sealed, as environments of Lucene segments are: it can only be read");
    }
  }
}
