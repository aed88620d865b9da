package io.arroy.cli.input;

import java.io.Closeable;
import java.io.IOException;

/** Vectors with their ids, one after another. */
public interface Rows extends Closeable {
  /** Goes to the next; returns whether there is one. */
  boolean next() throws IOException;

  /** Its id, or -1 where none is given. */
  int id();

  /** Its vector, good until the next call of {@link #next}. */
  float[] vector();

  /** Where it stands in its file, for messages. */
  String where();

  /** How many there are, or -1 if that is not known. */
  long count();
}
