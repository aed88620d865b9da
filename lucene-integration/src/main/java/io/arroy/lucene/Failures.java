package io.arroy.lucene;

import io.arroy.forest.store.CorruptEnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
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

  /**
   * To be thrown instead of what the engine or the directory threw while reading.
   *
   * @throws AlreadyClosedException if a channel was closed meanwhile
   */
  IOException translate(IOException e) {
    if (e instanceof ClosedChannelException || e.getCause() instanceof ClosedChannelException) {
      throw closed(e);
    }
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
    return closed ? closed(e) : e;
  }

  private AlreadyClosedException closed(Exception e) {
    return new AlreadyClosedException("already closed: " + resource, e);
  }

  @Override
  public String toString() {
    return resource;
  }
}
