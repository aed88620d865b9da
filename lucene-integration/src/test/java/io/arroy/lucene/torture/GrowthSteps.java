package io.arroy.lucene.torture;

import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.EnvironmentOptions;
import io.arroy.forest.store.ScratchEnvironment;
import io.arroy.forest.store.Snapshot;
import io.arroy.forest.store.WriteTransaction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Environments that grow until there is no address space left for them. */
final class GrowthSteps {
  private static final int MOST = 2000;

  /** Of {@link #VALUE_BYTES} each, those that fit into the smallest map there is. */
  private static final int FIT = 60;

  private static final int VALUE_BYTES = 16 << 20;

  private GrowthSteps() {}

  /** What is done with an environment that cannot be used any more. */
  private interface Use {
    void run() throws IOException;
  }

  private static void assertRefused(String word, Use use) {
    try {
      use.run();
    } catch (IOException e) {
      if (e.getMessage().contains(word)) {
        return;
      }
      throw new AssertionError("not clear", e);
    }
    throw new AssertionError("not refused");
  }

  /** Loads what is loaded once. */
  static void warm(Path folder) throws IOException {
    Path file = folder.resolve("warm");
    Environment.open(file).close();
    Files.delete(file);
    ScratchEnvironment.create(file).close();
  }

  /** The first failure of a live environment; what was committed is there after it. */
  static String live(Path folder) throws IOException {
    Path file = folder.resolve("live");
    EnvironmentOptions options = EnvironmentOptions.DEFAULT.withDurable(false);
    MemorySegment value = MemorySegment.ofArray(new byte[VALUE_BYTES]);
    String failure = null;
    int written = 0;
    try (Environment environment = Environment.open(file, options)) {
      while ((failure == null || !failure.startsWith("cannot grow")) && written < MOST) {
        try (WriteTransaction transaction = environment.write()) {
          transaction.put(new BlockKey(BlockKind.VECTORS, 0, 0, written), value);
          transaction.commit();
          written++;
        } catch (IOException e) {
          failure = e.getMessage();
        }
      }
      if (written < FIT) {
        throw new AssertionError("after " + written + " values: " + failure);
      }
      String word = "close it and open it again";
      assertRefused(word, () -> environment.read().close());
      assertRefused(word, () -> environment.write().close());
      assertRefused(word, () -> environment.database("mine"));
      assertRefused(word, () -> environment.copyTo(folder.resolve("copy")));
    }
    try (Environment environment = Environment.open(file, options);
        Snapshot snapshot = environment.read()) {
      if (snapshot.keys().size() != written) {
        throw new AssertionError(snapshot.keys().size() + " blocks of " + written);
      }
    }
    Files.delete(file);
    return failure;
  }

  /** The first failure of a scratch environment; it can be closed after it, and leaves nothing. */
  static String scratch(Path folder) throws IOException {
    Path file = folder.resolve("scratch");
    MemorySegment value = MemorySegment.ofArray(new byte[1 << 20]);
    String failure = null;
    try (ScratchEnvironment environment = ScratchEnvironment.create(file)) {
      for (int i = 0; failure == null && i < MOST; i++) {
        try {
          environment.put(new BlockKey(BlockKind.VECTORS, 0, 0, i), value);
        } catch (IOException e) {
          failure = e.getMessage();
        }
      }
      BlockKey next = new BlockKey(BlockKind.VECTORS, 0, 0, MOST);
      assertRefused("earlier", () -> environment.put(next, value));
      assertRefused("earlier", () -> environment.find(next));
    }
    if (Files.exists(file)) {
      throw new AssertionError("a scratch file is left");
    }
    return failure;
  }
}
