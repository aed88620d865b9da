package io.arroy.forest.store;

import java.io.IOException;

/** Takes a stream of bytes. For one thread. */
@FunctionalInterface
public interface ByteSink {
  /** Appends {@code length} bytes of {@code bytes} from {@code offset} on. */
  void write(byte[] bytes, int offset, int length) throws IOException;
}
