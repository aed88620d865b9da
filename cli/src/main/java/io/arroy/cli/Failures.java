package io.arroy.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine.ParameterException;

/** Says in one line what went wrong. */
final class Failures {
  private Failures() {}

  static String line(Exception e) {
    // picocli begins some messages with it.
    String message = message(e).replaceFirst("^Error: ", "");
    return "error: " + message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String message(Exception e) {
    if (e instanceof FileSystemException failed) {
      return failed.getFile() + ": " + reason(failed);
    }
    if (e instanceof UncheckedIOException wrapped) {
      return message(wrapped.getCause());
    }
    boolean said =
        e instanceof ParameterException
            || e instanceof IOException
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException;
    return said && e.getMessage() != null
        ? e.getMessage()
        : "unexpected " + e + " (--trace says where)";
  }

  private static String reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return e.getReason() == null ? "no such file" : e.getReason();
    }
    if (e instanceof NotDirectoryException) {
      return "no directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }
}
