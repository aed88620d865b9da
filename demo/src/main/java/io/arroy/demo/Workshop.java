package io.arroy.demo;

import io.arroy.demo.data.DataFolder;
import io.arroy.demo.search.BuiltIndex;
import io.arroy.demo.search.Contender;
import io.arroy.demo.search.IndexBuilder;
import io.arroy.demo.search.IndexBuilder.Cost;
import io.arroy.demo.show.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** Builds indexes of the data and closes them in the end. */
final class Workshop implements Closeable {
  /** Enough to have the code compiled before the clock starts. */
  private static final int WARM_UP = 2_000;

  private final DataFolder data;
  private final Path folder;
  private final PrintStream err;
  private final Deque<BuiltIndex> open = new ArrayDeque<>();

  Workshop(DataFolder data, Path folder, PrintStream err) {
    this.data = data;
    this.folder = folder;
    this.err = err;
  }

  /** Builds an index, warmed up so that the first one built is at no disadvantage. */
  BuiltIndex build(Contender contender) throws IOException {
    IndexBuilder builder = new IndexBuilder(data);
    int size = data.entries().size();
    String task = "Indexing with the " + contender.name() + " codec";
    try (Progress progress =
            Progress.of(err, "Warming up the " + contender.name() + " codec", 0, "entries");
        Directory memory = new ByteBuffersDirectory()) {
      builder.build(Math.min(size, WARM_UP), contender, memory, progress::done);
    }
    Path path = folder.resolve(contender.name());
    try (Progress progress = Progress.of(err, task, size, "entries");
        Directory directory = FSDirectory.open(path)) {
      Cost cost = builder.build(size, contender, directory, progress::done);
      BuiltIndex index = new BuiltIndex(contender, cost, path);
      open.push(index);
      return index;
    }
  }

  @Override
  public void close() throws IOException {
    for (BuiltIndex index : open) {
      index.close();
    }
  }
}
