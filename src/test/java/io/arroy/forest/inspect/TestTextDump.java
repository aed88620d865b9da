package io.arroy.forest.inspect;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.arroy.forest.ForestBuilder;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.ItemWriter;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.Test;

/** The text of a small index, which must change only when what is stored does. */
public class TestTextDump {
  /** Vectors of small whole numbers: sums are exact, whatever the processor. */
  private static HeapBlocks small() throws IOException {
    IndexDescription description =
        new IndexDescription(7, Distance.EUCLIDEAN, ElementType.FLOAT32, 3);
    HeapBlocks blocks = new HeapBlocks();
    ItemWriter writer = new ItemWriter(description, blocks);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 24; i++) {
      int centre = 16 * random.nextInt(3);
      writer.add(2 * i, new float[] {centre + random.nextInt(4), random.nextInt(4), centre / 4f});
    }
    writer.finish();
    BuildOptions options = BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(4);
    new ForestBuilder(options).build(description, blocks, blocks);
    blocks.put(new BlockKey(BlockKind.META, 7, 0, 2), MemorySegment.ofArray(new byte[] {1}));
    blocks.put(new BlockKey(BlockKind.CHANGES, 7, 0, 4), MemorySegment.ofArray(new byte[1]));
    MemorySegment put = MemorySegment.ofArray(new byte[13]);
    put.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 1);
    put.set(Layouts.FLOAT, 5, 2.5f);
    blocks.put(new BlockKey(BlockKind.CHANGES, 7, 0, 90), put);
    return blocks;
  }

  private static String dump(TextDump.Options options) throws IOException {
    StringBuilder text = new StringBuilder();
    TextDump.write(small(), 7, options, text);
    return text.toString();
  }

  @Test
  public void testMatchesTheSnapshot() throws IOException {
    try (InputStream in = TestTextDump.class.getResourceAsStream("dump.txt")) {
      String expected = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected, dump(TextDump.Options.DEFAULT));
    }
  }

  @Test
  public void testOptions() throws IOException {
    String brief = dump(new TextDump.Options(0, false));
    assertTrue(brief, brief.contains("  3: id 6 […]\n"));
    String two = dump(new TextDump.Options(2, true));
    assertTrue(two, two.contains("  put 90 [0 2.5 …]\n"));
    assertTrue(
        two, two.matches("(?s).*\n      \\d+: step \\S+ correction \\S+ bits [0-9a-f]{8}\n.*"));
    assertThrows(IllegalArgumentException.class, () -> new TextDump.Options(-1, false));
  }

  @Test
  public void testMissingIndexIsNamed() {
    CorruptEnvironmentException e =
        assertThrows(
            CorruptEnvironmentException.class,
            () ->
                TextDump.write(new HeapBlocks(), 3, TextDump.Options.DEFAULT, new StringBuilder()));
    assertTrue(e.getMessage(), e.getMessage().contains("index=3"));
  }
}
