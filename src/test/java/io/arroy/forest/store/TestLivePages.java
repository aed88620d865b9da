package io.arroy.forest.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.Test;

public class TestLivePages extends StoreTestCase {
  /** Two commits later the same meta page tells of other pages: not of those that were pinned. */
  @Test
  public void testAnOvertakenMetaPageIsNotChecked() throws IOException {
    Path file = newFile("live");
    EnvironmentOptions options = EnvironmentOptions.DEFAULT.withDurable(false);
    try (Environment environment = Environment.open(file, options);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      put(environment, 1);
      MetaPage meta = MetaPage.read(file, channel);
      assertTrue(LivePages.check(file, channel, meta, true));
      put(environment, 200);
      assertTrue(LivePages.check(file, channel, meta, true));
      put(environment, 300);
      assertEquals(meta.offset(), MetaPage.read(file, channel).offset());
      assertFalse(LivePages.check(file, channel, meta, true));
    }
  }

  private static void put(Environment environment, int blocks) throws IOException {
    try (WriteTransaction transaction = environment.write()) {
      for (int i = 0; i < blocks; i++) {
        BlockKey key = new BlockKey(BlockKind.LEAVES, 0, 0, i);
        transaction.put(key, MemorySegment.ofArray(new byte[1000]));
      }
      transaction.commit();
    }
  }
}
