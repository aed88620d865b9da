package io.arroy.cli.opened;

import io.arroy.lucene.SegmentIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a read-only command looks at: an environment, or a Lucene index. */
public final class Target {
  /** What a message about several indexes where there may be one ends with. */
  public static final String CHOOSE = "; choose one with --index, or --segment and --field";

  private static final String COMPOUND = ".lmdbc";
  private static final String PLAIN = ".lmdb";

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = {
        "An environment's data file, the directory of a Lucene index,",
        "or the .lmdb file of one of its segments."
      })
  private Path path;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "Number of an index in the environment (default: all it has).")
  private Integer index;

  @Option(
      names = "--segment",
      paramLabel = "NAME",
      description = "In a Lucene index: only this segment, such as _0.")
  private String segment;

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description = "In a Lucene index: only this field.")
  private String field;

  /** Opens it. Nothing is created beside the files of a Lucene index. */
  public Opened open() throws IOException {
    if (Files.notExists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (Files.isDirectory(path)) {
      return openSegments(path, any -> true, "");
    }
    Path directory = path.toAbsolutePath().normalize().getParent();
    if (isSegmentFile() && isLuceneIndex(directory)) {
      String name = path.getFileName().toString();
      String plain =
          name.endsWith(COMPOUND)
              ? name.substring(0, name.length() - COMPOUND.length()) + PLAIN
              : name;
      return openSegments(directory, found -> found.fileName().equals(plain), " in " + name);
    }
    if (segment != null || field != null) {
      throw new IllegalArgumentException(
          "--segment and --field are of Lucene indexes; " + path + " is not in one");
    }
    return OpenedFile.open(path, index);
  }

  /** Opens it and takes the only index it has, or the one that was asked for. */
  public OpenedIndex only(Opened opened) {
    if (opened.indexes().isEmpty()) {
      throw new IllegalArgumentException(path + " has no index");
    }
    if (opened.indexes().size() > 1) {
      throw new IllegalArgumentException(
          path
              + " has several indexes: "
              + String.join(", ", opened.indexes().stream().map(OpenedIndex::label).toList())
              + CHOOSE);
    }
    return opened.indexes().get(0);
  }

  /** What was given. */
  public Path path() {
    return path;
  }

  private Opened openSegments(Path directory, Predicate<SegmentIndex> file, String what)
      throws IOException {
    Predicate<SegmentIndex> wanted =
        file.and(found -> segment == null || segment.equals(found.segment()))
            .and(found -> field == null || field.equals(found.field()))
            .and(found -> index == null || index == found.number());
    String named =
        what
            + (segment == null ? "" : " in segment " + segment)
            + (field == null ? "" : " in field " + field)
            + (index == null ? "" : " in index " + index);
    return OpenedSegments.open(directory, wanted, named);
  }

  private boolean isSegmentFile() {
    String name = path.getFileName().toString();
    return name.endsWith(PLAIN) || name.endsWith(COMPOUND) || name.endsWith(".lmdbw");
  }

  private static boolean isLuceneIndex(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("segments_"));
    }
  }
}
