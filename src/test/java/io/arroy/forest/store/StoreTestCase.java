package io.arroy.forest.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What the tests of this package share. */
@ThreadLeakFilters(filters = JnrThreads.class)
abstract class StoreTestCase extends RandomizedTest {
  /** Commits that do not wait for the disk. */
  static final EnvironmentOptions OPTIONS = EnvironmentOptions.DEFAULT.withDurable(false);

  Path newFile(String name) throws IOException {
    return newTempDir().resolve(name);
  }

  /** Whether a thread is in such a method, or in one that it called. */
  static boolean isIn(Thread thread, Predicate<StackTraceElement> method) {
    return Arrays.stream(thread.getStackTrace()).anyMatch(method);
  }

  static BlockKey randomKey() {
    return new BlockKey(
        randomFrom(BlockKind.values()),
        rarely() ? randomIntBetween(0, 0xFFFF) : randomIntBetween(0, 2),
        rarely() ? randomIntBetween(0, 0xFFFF) : randomIntBetween(0, 2),
        rarely() ? randomIntBetween(0, Integer.MAX_VALUE) : randomIntBetween(0, 5));
  }

  /** Mostly about as long as a page or half of one, where LMDB changes how it stores a value. */
  static byte[] randomValue() {
    int length =
        switch (randomIntBetween(0, 4)) {
          case 0 -> randomIntBetween(1, 100);
          case 1 -> randomIntBetween(1900, 2100);
          case 2 -> randomIntBetween(4000, 4200);
          case 3 -> randomIntBetween(1, 20) * 4096 - 16;
          default -> randomIntBetween(1, 200_000);
        };
    byte[] value = new byte[length];
    getRandom().nextBytes(value);
    return value;
  }

  /** The value on or off the heap, and at any alignment. */
  static MemorySegment asSegment(byte[] value) {
    if (randomBoolean()) {
      return MemorySegment.ofArray(value);
    }
    int shift = randomIntBetween(0, 7);
    return Arena.ofAuto()
        .allocate(value.length + shift)
        .asSlice(shift)
        .copyFrom(MemorySegment.ofArray(value));
  }

  static Map<BlockKey, byte[]> randomBlocks(int max) {
    Map<BlockKey, byte[]> blocks = new TreeMap<>();
    int count = randomIntBetween(0, max);
    for (int i = 0; i < count; i++) {
      blocks.put(randomKey(), randomValue());
    }
    return blocks;
  }

  static void assertBytes(byte[] expected, Block block) throws IOException {
    assertEquals(expected.length, block.length());
    Block.Cursor cursor = block.cursor();
    byte[] actual = cursor.read(0, Math.toIntExact(block.length())).toArray(ValueLayout.JAVA_BYTE);
    assertArrayEquals(expected, actual);
    int from = randomIntBetween(0, expected.length);
    int length = randomIntBetween(0, expected.length - from);
    int tooMany = expected.length - from + 1;
    MemorySegment part = cursor.read(from, length);
    assertTrue(part.isReadOnly());
    assertEquals(-1, part.mismatch(MemorySegment.ofArray(expected).asSlice(from, length)));
    assertThrows(IndexOutOfBoundsException.class, () -> cursor.read(from, tooMany));
    assertThrows(IndexOutOfBoundsException.class, () -> cursor.read(-1, 1));
  }

  static void assertBlocks(Map<BlockKey, byte[]> expected, BlockSource source) throws IOException {
    for (Map.Entry<BlockKey, byte[]> entry : expected.entrySet()) {
      assertBytes(entry.getValue(), source.get(entry.getKey()));
    }
    for (int i = 0; i < 10; i++) {
      BlockKey key = randomKey();
      assertEquals(expected.containsKey(key), source.find(key).isPresent());
    }
  }

  /** Commits one block. */
  static void commit(Environment environment, int number) throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      BlockKey key = new BlockKey(BlockKind.LEAVES, 0, 0, number);
      transaction.put(key, MemorySegment.ofArray(new byte[3000]));
      transaction.commit();
    }
  }

  /** Commits blocks, one by one. */
  static void commit(Environment environment, int from, int to) throws IOException {
    for (int number = from; number < to; number++) {
      commit(environment, number);
    }
  }

  /** Number of blocks. */
  static int count(Path file) throws IOException {
    try (Environment environment = Environment.open(file, OPTIONS);
        Snapshot snapshot = environment.read()) {
      return snapshot.keys().size();
    }
  }

  /** A file of so many commits, a block each. */
  Path written(int commits) throws IOException {
    Path file = newFile("live");
    try (Environment environment = Environment.open(file, OPTIONS)) {
      commit(environment, 0, commits);
    }
    return file;
  }
}
