package io.arroy.cli;

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
    return "error: " + message(e).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String message(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": no such file";
      case NotDirectoryException file -> file.getFile() + ": no directory";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException there -> there.getFile() + ": exists already";
      case FileSystemException failed ->
          failed.getFile() + ": " + (failed.getReason() == null ? name(e) : failed.getReason());
      case UncheckedIOException wrapped -> message(wrapped.getCause());
      case ParameterException usage -> usage.getMessage();
      case java.io.IOException failed when failed.getMessage() != null -> failed.getMessage();
      case IllegalArgumentException bad when bad.getMessage() != null -> bad.getMessage();
      case IllegalStateException bad when bad.getMessage() != null -> bad.getMessage();
      default -> "unexpected " + e + " (--trace says where)";
    };
  }

  private static String name(Exception e) {
    return e.getClass().getSimpleName();
  }
}
