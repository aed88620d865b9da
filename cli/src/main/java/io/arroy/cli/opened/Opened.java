package io.arroy.cli.opened;

import io.arroy.forest.store.PageCounts;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a read-only command looks at. */
public interface Opened extends Closeable {
  /** The indexes asked for, at least one. */
  List<OpenedIndex> indexes();

  /** The pages of the file, where one file is looked at. */
  Optional<PageCounts> countPages() throws IOException;

  /** Compares all checksums, where there are some. */
  void checkIntegrity() throws IOException;
}
