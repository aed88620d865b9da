package io.arroy.forest.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import io.arroy.forest.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.Test;

@TimeoutSuite(millis = 300_000)
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

  /** Who writes needs no place among the readers, and must not need one to have a file checked. */
  @Test
  public void testWritingWhereOthersTakeAllPlacesOfReaders() throws Exception {
    Path file = newFile("live");
    try (Environment environment = Environment.open(file)) {
      put(environment, 10);
    }
    int places = EnvironmentOptions.DEFAULT.maxReaders();
    Process reader = OtherJvm.start(EndlessReader.class, file, places);
    try (BufferedReader out = reader.inputReader(UTF_8)) {
      assertEquals("reading", out.readLine());
      try (Environment environment = Environment.open(file)) {
        put(environment, 20);
        IOException e = assertThrows(IOException.class, environment::read);
        assertTrue(e.getMessage(), e.getMessage().contains("maxreaders reached"));
      }
      assertThrows(IOException.class, () -> Environment.open(file, EnvironmentOptions.READ_ONLY));
    } finally {
      reader.destroyForcibly().waitFor();
    }
    try (Environment environment = Environment.open(file);
        Snapshot snapshot = environment.read()) {
      assertEquals(20, snapshot.keys().size());
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
