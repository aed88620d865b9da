package io.arroy.lucene;

import io.arroy.forest.store.ScratchEnvironment;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;

/** Where environments are built before they are streamed into the index. */
final class ScratchFiles {
  private ScratchFiles() {}

  /**
   * Creates a scratch environment: beside the index where that lies on a file system, so that it is
   * as large as what comes there; else where the JVM keeps temporary files. Its name is one that
   * Lucene deletes when it opens the index, should the process die before it does.
   */
  static ScratchEnvironment create(SegmentWriteState state) throws IOException {
    Path folder = folder(state.directory);
    while (true) {
      String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      String suffix = state.segmentSuffix.isEmpty() ? random : state.segmentSuffix + "_" + random;
      String name = IndexFileNames.segmentFileName(state.segmentInfo.name, suffix, "tmp");
      try {
        return ScratchEnvironment.create(folder.resolve(name));
      } catch (FileAlreadyExistsException e) {
        // taken, as rarely as that is: try another
      }
    }
  }

  /** The path of a directory's file, or null if it is not on the default file system. */
  static Path resolve(FSDirectory directory, String name) {
    try {
      return directory.getDirectory().toFile().toPath().resolve(name);
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  private static Path folder(Directory directory) {
    Directory unwrapped = FilterDirectory.unwrap(directory);
    if (unwrapped instanceof FSDirectory files) {
      Path folder = resolve(files, "");
      if (folder != null && Files.isWritable(folder)) {
        return folder;
      }
    }
    return Path.of(System.getProperty("java.io.tmpdir"));
  }
}
