package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.arroy.forest.OtherJvm;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** What another process does with an environment that a test has open. */
final class OtherProcess {
  private OtherProcess() {}

  /** Checks the length of a block, then adds others. Arguments: file, expected length. */
  public static void main(String[] args) throws IOException {
    try (Environment environment = Environment.open(Path.of(args[0]))) {
      try (Snapshot snapshot = environment.read()) {
        long length = snapshot.get(BlockKey.of(BlockKind.META, 0)).length();
        if (length != Long.parseLong(args[1])) {
          throw new IllegalStateException("found " + length + " bytes");
        }
      }
      try (WriteTransaction write = environment.write()) {
        for (int i = 0; i < 8; i++) {
          write.put(
              new BlockKey(BlockKind.VECTORS, 7, 0, i), MemorySegment.ofArray(new byte[1 << 20]));
        }
        write.commit();
        System.out.println("done");
      }
    }
  }

  /** Runs a main class with this process's class path; returns what it printed. */
  static String run(Class<?> main, Object... arguments) throws IOException, InterruptedException {
    Process process = OtherJvm.start(main, arguments);
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(printed);
    }
    return printed;
  }
}
