package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * A process that writes to an environment until it is killed: each transaction puts all blocks
 * anew, all with the number of the transaction in every byte of every int.
 */
final class EndlessWriter {
  static final int BLOCKS = 12;

  private static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT_UNALIGNED;

  private EndlessWriter() {}

  /** Argument: the file. Prints the number of each transaction when it is committed. */
  public static void main(String[] args) throws IOException {
    EnvironmentOptions options = EnvironmentOptions.DEFAULT.withMaxReaders(16);
    try (Environment environment = Environment.open(Path.of(args[0]), options)) {
      for (int number = number(environment) + 1; true; number++) {
        write(environment, number);
        System.out.println("committed " + number);
      }
    }
  }

  static void write(Environment environment, int number) throws IOException {
    Random random = new Random(number);
    try (WriteTransaction write = environment.write()) {
      for (int i = 0; i < BLOCKS; i++) {
        int[] ints = new int[1 + random.nextInt(i % 3 == 0 ? 100 : 60_000)];
        Arrays.fill(ints, number);
        write.put(key(i), MemorySegment.ofArray(ints));
      }
      write.commit();
    }
  }

  /**
   * The number of the last transaction, 0 if there was none.
   *
   * @throws AssertionError if blocks come from different ones
   */
  static int number(Environment environment) throws IOException {
    try (Snapshot snapshot = environment.read()) {
      if (snapshot.find(key(0)).isEmpty()) {
        return 0;
      }
      int number = first(snapshot, 0);
      Random random = new Random(number);
      for (int i = 0; i < BLOCKS; i++) {
        Block block = snapshot.get(key(i));
        int count = 1 + random.nextInt(i % 3 == 0 ? 100 : 60_000);
        MemorySegment bytes = block.cursor().read(0, (int) block.length());
        for (int j = 0; j < count; j++) {
          if (block.length() != 4L * count || bytes.getAtIndex(LAYOUT, j) != number) {
            throw new AssertionError("block " + i + " is not of transaction " + number);
          }
        }
      }
      return number;
    }
  }

  private static int first(Snapshot snapshot, int block) throws IOException {
    return snapshot.get(key(block)).cursor().read(0, Integer.BYTES).get(LAYOUT, 0);
  }

  private static BlockKey key(int number) {
    return new BlockKey(BlockKind.VECTORS, 3, 0, number);
  }
}
