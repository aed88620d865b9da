package io.arroy.cli.vectors;

import java.io.IOException;

/** A data file that is not what its name or its neighbours say. */
public final class MalformedDataException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says which file, and what is wrong with it. */
  public MalformedDataException(Object file, String problem) {
    super(file + ": " + problem);
  }
}
