package io.arroy.benchmarks.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.util.IOUtils;

/** Copies of indexes, to merge or change without touching the original. */
public final class IndexCopy {

  private IndexCopy() {}

  /**
   * Makes {@code target} a copy of the index in {@code source}, whatever it was before. Lucene
   * never changes a file it has written, so the two can share theirs where the file system lets
   * them.
   */
  public static void make(Path source, Path target) throws IOException {
    IOUtils.rm(target);
    Files.createDirectories(target);
    try (var files = Files.newDirectoryStream(source)) {
      for (Path file : files) {
        if (!file.endsWith(IndexWriter.WRITE_LOCK_NAME)) {
          link(file, target.resolve(file.getFileName()));
        }
      }
    }
  }

  private static void link(Path file, Path as) throws IOException {
    try {
      Files.createLink(as, file);
    } catch (UnsupportedOperationException | IOException e) {
      Files.copy(file, as);
    }
  }
}
