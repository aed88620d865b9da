package io.arroy.benchmarks.index;

import io.arroy.benchmarks.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Bytes of an index by part. A part is a file extension; files inside compound files count under
 * their own.
 *
 * @param parts bytes of each part
 * @param segments number of segments
 */
public record DiskUse(Map<String, Long> parts, int segments) {

  /** What holds row numbers: there for the benchmark, and the same in every system. */
  private static final Set<String> NOT_VECTORS = Set.of("dvd", "dvm", "dvs");

  /** Files of a segment that compound formats leave alone: its description, deletions, updates. */
  private static final Set<String> UNPACKED = Set.of("si", "liv");

  /** Copies the map. */
  public DiskUse {
    parts = Map.copyOf(parts);
  }

  /** Measures the index in {@code folder}. */
  public static DiskUse of(Path folder) throws IOException {
    Map<String, Long> parts = new TreeMap<>();
    try (Directory directory = FSDirectory.open(folder)) {
      SegmentInfos segments = SegmentInfos.readLatestCommit(directory);
      add(parts, directory, segments.getSegmentsFileName());
      for (SegmentCommitInfo commit : segments) {
        Map<String, Long> ofSegment = new TreeMap<>();
        for (String file : commit.files()) {
          add(ofSegment, directory, file);
        }
        unpack(commit.info, directory, ofSegment);
        ofSegment.forEach((part, bytes) -> parts.merge(part, bytes, Long::sum));
      }
      return new DiskUse(parts, segments.size());
    }
  }

  /**
   * Replaces what a compound format made by what is inside. That need not be one file: ours keeps
   * one beside it, which is inside under another name. What is left over is the packing's own.
   */
  private static void unpack(SegmentInfo segment, Directory directory, Map<String, Long> parts)
      throws IOException {
    if (!segment.getUseCompoundFile()) {
      return;
    }
    long packed = 0;
    for (String part : List.copyOf(parts.keySet())) {
      if (!UNPACKED.contains(part)) {
        packed += parts.remove(part);
      }
    }
    try (CompoundDirectory inside =
        segment.getCodec().compoundFormat().getCompoundReader(directory, segment)) {
      for (String file : inside.listAll()) {
        add(parts, inside, file);
        packed -= inside.fileLength(file);
      }
    }
    parts.merge("packing", packed, Long::sum);
  }

  private static void add(Map<String, Long> parts, Directory directory, String file)
      throws IOException {
    parts.merge(extension(file), directory.fileLength(file), Long::sum);
  }

  private static String extension(String file) {
    String extension = IndexFileNames.getExtension(file);
    return extension == null ? "other" : extension;
  }

  /** Bytes of everything that vectors and their search need. */
  public long total() {
    return parts.entrySet().stream()
        .filter(part -> !NOT_VECTORS.contains(part.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Those of them that are not the vectors themselves. */
  public long beyond(Dataset data) {
    return total() - data.rawBytes();
  }

  /** All parts in one word, such as {@code vec:400,vex:30}. */
  public String describe() {
    StringBuilder words = new StringBuilder();
    new TreeMap<>(parts)
        .forEach(
            (part, bytes) ->
                words.append(words.isEmpty() ? "" : ",").append(part).append(':').append(bytes));
    return words.toString();
  }
}
