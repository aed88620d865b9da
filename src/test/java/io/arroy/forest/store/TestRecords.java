package io.arroy.forest.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class TestRecords extends RandomizedTest {
  private static final BlockKey FIRST = new BlockKey(BlockKind.SCAN_CODES, 3, 0, 0);

  /** Blocks that are read as views, or by copying into one buffer. */
  private static BlockSource source(Map<BlockKey, byte[]> blocks, boolean views) {
    return key ->
        Optional.ofNullable(blocks.get(key))
            .map(bytes -> views ? new SegmentBlock(MemorySegment.ofArray(bytes)) : copied(bytes));
  }

  private static Block copied(byte[] bytes) {
    return new Block() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public boolean copies() {
        return true;
      }

      @Override
      public Cursor cursor() {
        byte[] buffer = new byte[bytes.length];
        return (offset, length) -> {
          System.arraycopy(bytes, (int) offset, buffer, 0, length);
          return MemorySegment.ofArray(buffer).asSlice(0, length);
        };
      }
    };
  }

  @Test
  @Repeat(iterations = 50)
  public void findsEveryRecord() throws IOException {
    int count = randomIntBetween(0, 500);
    int bytes = randomIntBetween(1, 200);
    int shift = randomIntBetween(0, 7);
    byte[] all = new byte[count * bytes];
    getRandom().nextBytes(all);
    Map<BlockKey, byte[]> blocks = new HashMap<>();
    for (int from = 0, number = 0; from < count; from += 1 << shift, number++) {
      int to = Math.min(count, from + (1 << shift));
      blocks.put(
          new BlockKey(FIRST.kind(), 3, 0, number),
          java.util.Arrays.copyOfRange(all, from * bytes, to * bytes));
    }
    boolean views = randomBoolean();
    Records records = Records.open(source(blocks, views), FIRST, count, bytes, shift);
    Records.Cursor cursor = records.cursor();
    for (int i = 0; i < 200 && count > 0; i++) {
      int place = randomIntBetween(0, count - 1);
      MemorySegment window = cursor.find(place);
      MemorySegment record = window.asSlice(cursor.offset(place), bytes);
      long from = (long) place * bytes;
      assertEquals(-1, record.mismatch(MemorySegment.ofArray(all).asSlice(from, bytes)));
      int[] places = {place, randomIntBetween(0, count - 1)};
      assertEquals(cursor.touch(places, 2), cursor.touch(places, 2));
      assertTrue(views || cursor.touch(places, 2) == 0);
    }
    assertThrows(IndexOutOfBoundsException.class, () -> cursor.find(count));
    assertThrows(IndexOutOfBoundsException.class, () -> cursor.find(-1));
    if (count > 0) {
      BlockKey damaged = randomFrom(new java.util.ArrayList<>(blocks.keySet()));
      blocks.put(damaged, new byte[blocks.get(damaged).length + 1]);
      String message =
          assertThrows(
                  CorruptEnvironmentException.class,
                  () -> Records.open(source(blocks, views), FIRST, count, bytes, shift))
              .getMessage();
      assertTrue(message, message.startsWith(damaged + " is"));
    }
  }
}
