package io.arroy.forest.store;

import java.io.IOException;

/** Stored bytes contradict themselves or their checksum. Nothing was changed by finding out. */
public final class CorruptEnvironmentException extends IOException {
  /** Says what was found, where, and what was expected. */
  public CorruptEnvironmentException(String message) {
    super(message);
  }

  /** The same, with what led to it. */
  public CorruptEnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
