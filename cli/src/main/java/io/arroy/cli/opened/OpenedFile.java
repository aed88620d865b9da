package io.arroy.cli.opened;

import io.arroy.forest.inspect.Indexes;
import io.arroy.forest.store.EnvironmentFile;
import io.arroy.forest.store.PageCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.util.IOUtils;

/** A file by itself: a live environment, or that of a segment without its index. */
final class OpenedFile implements Opened {
  private final EnvironmentFile file;
  private final List<OpenedIndex> indexes = new ArrayList<>();

  private OpenedFile(EnvironmentFile file, Integer index) throws IOException {
    this.file = file;
    for (int number : Indexes.of(file)) {
      if (index == null || index == number) {
        indexes.add(new OpenedIndex("index " + number, "", file, number, 0, null));
      }
    }
    if (indexes.isEmpty() && index != null) {
      throw new IllegalArgumentException(file.file() + " has no index " + index);
    }
  }

  /**
   * @param index the one asked for, or null for all
   */
  static OpenedFile open(Path path, Integer index) throws IOException {
    EnvironmentFile file = EnvironmentFile.open(path);
    try {
      return new OpenedFile(file, index);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, file);
      throw t;
    }
  }

  @Override
  public List<OpenedIndex> indexes() {
    return indexes;
  }

  @Override
  public Optional<PageCounts> countPages() throws IOException {
    return Optional.of(file.countPages());
  }

  @Override
  public void checkIntegrity() {
    // A live environment changes and has no checksums; those of a segment are in its companion.
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
