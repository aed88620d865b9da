package io.arroy.cli.opened;

import io.arroy.forest.store.PageCounts;
import io.arroy.lucene.SegmentIndex;
import io.arroy.lucene.SegmentIndexes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.util.IOUtils;

/** Fields of the segments of a Lucene index. */
final class OpenedSegments implements Opened {
  private final SegmentIndexes segments;
  private final List<SegmentIndex> chosen;
  private final List<OpenedIndex> indexes;

  private OpenedSegments(
      SegmentIndexes segments, Path directory, Predicate<SegmentIndex> wanted, String what) {
    this.segments = segments;
    this.chosen = segments.all().stream().filter(wanted).toList();
    this.indexes = chosen.stream().map(OpenedSegments::index).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(directory + " has no vectors of this format" + what);
    }
  }

  private static OpenedIndex index(SegmentIndex index) {
    return new OpenedIndex(
        index.segment() + " " + index.field(),
        index.segment(),
        index.blocks(),
        index.number(),
        index.firstDocument(),
        index.liveDocuments());
  }

  /**
   * @param wanted which fields of which segments
   * @param what says the same in a message
   */
  static OpenedSegments open(Path directory, Predicate<SegmentIndex> wanted, String what)
      throws IOException {
    SegmentIndexes segments;
    try {
      segments = SegmentIndexes.open(directory);
    } catch (IndexNotFoundException e) {
      throw new IllegalArgumentException(directory + " is no Lucene index", e);
    }
    try {
      return new OpenedSegments(segments, directory, wanted, what);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, segments);
      throw t;
    }
  }

  @Override
  public List<OpenedIndex> indexes() {
    return indexes;
  }

  @Override
  public Optional<PageCounts> countPages() {
    return Optional.empty();
  }

  @Override
  public void checkIntegrity() throws IOException {
    Set<String> checked = new HashSet<>();
    for (SegmentIndex index : chosen) {
      if (checked.add(index.fileName())) {
        index.checkIntegrity();
      }
    }
  }

  @Override
  public void close() throws IOException {
    segments.close();
  }
}
