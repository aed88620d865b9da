package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A process that loses its map of a file, as one does that has no address space left: whatever LMDB
 * were asked for then would end it.
 */
final class LostMap {
  /** What no machine has. */
  private static final long TOO_MUCH = 1L << 60;

  private LostMap() {}

  /** Argument: the file, which is created. Prints what is said of it. */
  public static void main(String[] args) throws IOException {
    BlockKey key = BlockKey.of(BlockKind.META, 0);
    Path file = Path.of(args[0]);
    try (Environment environment =
        Environment.open(file, EnvironmentOptions.DEFAULT, 1 << 20, true)) {
      try (WriteTransaction write = environment.write()) {
        write.put(key, MemorySegment.ofArray(new byte[1000]));
        write.commit();
      }
      try (WriteTransaction write = environment.write()) {
        write.put(key, MemorySegment.ofArray(new byte[1 << 21]));
      } catch (IOException full) {
        environment.explained((IOException) full.getCause(), TOO_MUCH);
      }
      tell("write", () -> environment.write().close());
      tell("write again", () -> environment.write().close());
      tell("read", () -> environment.read().close());
      tell("database", () -> environment.database("mine"));
      tell("copy", () -> environment.copyTo(file.resolveSibling("copy")));
    }
    try (Environment environment = Environment.open(file);
        Snapshot snapshot = environment.read()) {
      System.out.println("opened again: " + snapshot.get(key).length());
    }
  }

  private static void tell(String what, Lmdb.Action action) {
    try {
      action.run();
      System.out.println(what + ": done");
    } catch (IOException e) {
      System.out.println(what + ": " + e.getMessage());
    }
  }
}
