package io.arroy.lucene;

import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;

/** Says in Lucene's words what went wrong in the engine. */
final class Failures {
  private final String resource;

  /**
   * @param resource names the file in messages
   */
  Failures(String resource) {
    this.resource = resource;
  }

  CorruptIndexException corrupt(String message, Throwable cause) {
    return new CorruptIndexException(message, resource, cause);
  }

  /** To be thrown instead of what the engine threw while reading. */
  IOException translate(IOException e) {
    return e instanceof CorruptEnvironmentException ? corrupt(e.getMessage(), e) : e;
  }

  /**
   * To be thrown instead of what the engine or the JDK threw while reading: memory that was
   * unmapped meanwhile is a closed reader.
   */
  RuntimeException translate(RuntimeException e) {
    if (e instanceof AlreadyClosedException || e instanceof UncheckedIOException) {
      return e;
    }
    boolean closed = e instanceof IllegalStateException && String.valueOf(e).contains("closed");
    return closed ? new AlreadyClosedException("already closed: " + resource, e) : e;
  }
}
