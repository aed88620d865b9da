package io.arroy.demo.search;

import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.IndexFileNames;

/**
 * What a file of an index is for, told by its extension.
 *
 * @param extension the extension, or none for what has nothing to do with vectors
 * @param description in words
 */
public record FilePurpose(String extension, String description) implements Comparable<FilePurpose> {
  private static final FilePurpose REST = new FilePurpose("", "texts and fields to filter by");

  /** What Lucene's codec writes for anything but vectors; every codec here leaves it to that. */
  private static final Set<String> OTHERS =
      Set.of(
          "si", "fnm", "fdt", "fdx", "fdm", "tim", "tip", "tmd", "doc", "pos", "pay", "psm", "nvd",
          "nvm", "dvd", "dvm", "dvs", "kdd", "kdi", "kdm", "liv", "");

  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "lmdb", "environment: vectors, forest",
          "lmdbm", "companion: where to find what",
          "vec", "vectors",
          "vex", "HNSW graph",
          "vem", "HNSW graph: where to find what",
          "vemf", "vectors: where to find what");

  /** The purpose of a file of this name. */
  public static FilePurpose of(String name) {
    String extension = IndexFileNames.getExtension(name);
    if (extension == null || OTHERS.contains(extension)) {
      return REST;
    }
    return new FilePurpose(extension, DESCRIPTIONS.getOrDefault(extension, "vectors"));
  }

  @Override
  public int compareTo(FilePurpose other) {
    // What has no extension to show comes last.
    int order = Boolean.compare(extension.isEmpty(), other.extension.isEmpty());
    return order != 0 ? order : extension.compareTo(other.extension);
  }
}
