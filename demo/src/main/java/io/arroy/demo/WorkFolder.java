package io.arroy.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** Where indexes are written: a folder the user named, or a temporary one that is removed. */
final class WorkFolder implements Closeable {
  private final Path path;
  private final Thread cleaner;

  private WorkFolder(Path path, boolean temporary) {
    this.path = path;
    // Also when the user interrupts the demo.
    cleaner = temporary ? new Thread(this::remove, "remove temporary index") : null;
    if (cleaner != null) {
      Runtime.getRuntime().addShutdownHook(cleaner);
    }
  }

  /** A folder that disappears when closed. */
  static WorkFolder temporary() throws IOException {
    return new WorkFolder(Files.createTempDirectory("arroy-demo-"), true);
  }

  /** A folder that is kept; what is in it already is not touched, so it must be empty. */
  static WorkFolder kept(Path path) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new DemoException("index folder " + path + " is not a folder");
    }
    Files.createDirectories(path);
    try (Stream<Path> files = Files.list(path)) {
      if (files.findAny().isPresent()) {
        throw new DemoException("index folder " + path + " is not empty");
      }
    }
    return new WorkFolder(path, false);
  }

  Path path() {
    return path;
  }

  private void remove() {
    SimpleFileVisitor<Path> delete =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // Lucene may be deleting files of its own at the same time.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(path, delete);
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove " + path, e);
    }
  }

  @Override
  public void close() {
    if (cleaner != null) {
      remove();
      Runtime.getRuntime().removeShutdownHook(cleaner);
    }
  }
}
