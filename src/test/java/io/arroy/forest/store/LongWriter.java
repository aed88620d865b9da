package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A process that makes a file larger, and then keeps all others from writing to it. */
final class LongWriter {
  static final int BYTES = 8 << 20;

  private LongWriter() {}

  /** Argument: the file. Writes on until it is sent something. */
  public static void main(String[] args) throws IOException {
    try (Environment environment = Environment.open(Path.of(args[0]))) {
      try (WriteTransaction write = environment.write()) {
        write.put(BlockKey.of(BlockKind.META, 0), MemorySegment.ofArray(new byte[BYTES]));
        write.commit();
      }
      WriteTransaction write = environment.write();
      System.out.println("writing");
      System.in.read();
      write.close();
    }
  }
}
