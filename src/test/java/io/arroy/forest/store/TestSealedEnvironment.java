package io.arroy.forest.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.Test;

@TimeoutSuite(millis = 300_000)
public class TestSealedEnvironment extends StoreTestCase {
  private static final class Image {
    final Map<BlockKey, byte[]> blocks;
    final byte[] bytes;
    final ImageDescription description;

    Image(Map<BlockKey, byte[]> blocks, byte[] bytes, ImageDescription description) {
      this.blocks = blocks;
      this.bytes = bytes;
      this.description = description;
    }
  }

  private Image randomImage(int maxBlocks) throws IOException {
    Map<BlockKey, byte[]> blocks = randomBlocks(maxBlocks);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageDescription description =
        TestScratchEnvironment.write(newFile("scratch"), blocks, out, false);
    return new Image(blocks, out.toByteArray(), description);
  }

  @Test
  public void testReadsInPlace() throws IOException {
    Image image = randomImage(100);
    Path file = Files.write(newFile("sealed"), image.bytes);
    if (randomBoolean()) {
      Files.write(
          file, new byte[randomIntBetween(1, 10_000)], java.nio.file.StandardOpenOption.APPEND);
    }
    try (SealedEnvironment one = SealedEnvironment.open(file, image.description);
        SealedEnvironment two = SealedEnvironment.open(file, image.description)) {
      assertBlocks(image.blocks, one);
      assertBlocks(image.blocks, two);
    }
    try (var siblings = Files.list(file.getParent())) {
      assertEquals(List.of(file), siblings.toList());
    }
  }

  @Test
  public void testLateReadersGetAnException() throws Exception {
    Image image = randomImage(20);
    if (image.blocks.isEmpty()) {
      return;
    }
    Path file = Files.write(newFile("sealed"), image.bytes);
    SealedEnvironment sealed = SealedEnvironment.open(file, image.description);
    BlockKey key = randomFrom(image.blocks.keySet().toArray(BlockKey[]::new));
    Block.Cursor cursor = sealed.get(key).cursor();
    CountDownLatch reading = new CountDownLatch(1);
    Set<Throwable> ends = new HashSet<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                while (true) {
                  cursor.read(0, 1).get(ValueLayout.JAVA_BYTE, 0);
                  reading.countDown();
                }
              } catch (IOException | RuntimeException e) {
                ends.add(e);
              }
            });
    reader.start();
    reading.await();
    sealed.close();
    sealed.close();
    reader.join();
    assertEquals(1, ends.size());
    assertEquals(IllegalStateException.class, ends.iterator().next().getClass());
    assertThrows(IllegalStateException.class, () -> sealed.find(key));
  }

  /** More than a pipe takes at once is being written to it: the system reads the file's memory. */
  @Test
  public void testClosingWaitsForAWriteUnderWay() throws Exception {
    BlockKey key = randomKey();
    byte[] value = new byte[1 << 22];
    getRandom().nextBytes(value);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageDescription description =
        TestScratchEnvironment.write(newFile("scratch"), Map.of(key, value), out, false);
    Path file = Files.write(newFile("sealed"), out.toByteArray());
    SealedEnvironment sealed = SealedEnvironment.open(file, description);
    MemorySegment bytes = sealed.get(key).cursor().read(0, value.length);
    Pipe pipe = Pipe.open();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink()) {
      FutureTask<Integer> write = new FutureTask<>(() -> sink.write(bytes.asByteBuffer()));
      Thread writer = new Thread(write);
      writer.start();
      ByteBuffer read = ByteBuffer.allocate(value.length);
      read.put((byte) Channels.newInputStream(source).read());
      FutureTask<Void> close = new FutureTask<>(sealed::close, null);
      Thread closer = new Thread(close);
      closer.start();
      while (closer.isAlive() && closer.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      while (read.hasRemaining()) {
        source.read(read);
      }
      writer.join();
      closer.join();
      assertEquals(value.length, (int) write.get());
      close.get();
      assertArrayEquals(value, read.array());
    }
    assertThrows(IllegalStateException.class, () -> bytes.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  public void testEveryDamageOutsideTheBlocksIsRefused() throws IOException {
    Image image = randomImage(30);
    for (int i = 0; i < 50; i++) {
      byte[] damaged = image.bytes.clone();
      int at;
      do {
        at = rarely() ? randomIntBetween(0, 2 * 4096) : randomIntBetween(0, damaged.length - 1);
      } while (isInBlock(image.description, at));
      damaged[at] ^= (byte) (1 << randomIntBetween(0, 7));
      Path file = Files.write(newFile("damaged"), damaged);
      assertThrows(
          CorruptEnvironmentException.class, () -> SealedEnvironment.open(file, image.description));
    }
  }

  @Test
  public void testDamageInABlockIsFoundByItsChecksum() throws IOException {
    Image image = randomImage(30);
    if (image.blocks.isEmpty()) {
      return;
    }
    StoredBlock block = randomFrom(image.description.blocks());
    byte[] damaged = image.bytes.clone();
    damaged[Math.toIntExact(block.offset() + randomIntBetween(0, (int) block.length() - 1))] ^= 4;
    ImageChecksums intact = new ImageChecksums(image.description.blocksByOffset());
    intact.update(image.bytes, 0, image.bytes.length);
    intact.verify(image.description);
    ImageChecksums checksums = new ImageChecksums(image.description.blocksByOffset());
    int at = 0;
    while (at < damaged.length) {
      int n = randomIntBetween(1, Math.min(damaged.length - at, 10_000));
      checksums.update(damaged, at, n);
      at += n;
    }
    String message =
        assertThrows(CorruptEnvironmentException.class, () -> checksums.verify(image.description))
            .getMessage();
    assertTrue(message, message.startsWith(block.key().toString()));
  }

  @Test
  public void testCutFileIsRefused() throws IOException {
    Image image = randomImage(30);
    for (int i = 0; i < 20; i++) {
      int length =
          rarely() ? randomIntBetween(0, 4096) : randomIntBetween(0, image.bytes.length - 1);
      Path file = Files.write(newFile("cut"), Arrays.copyOf(image.bytes, length));
      assertThrows(
          CorruptEnvironmentException.class, () -> SealedEnvironment.open(file, image.description));
    }
  }

  @Test
  public void testWrongDescriptionIsRefused() throws IOException {
    Image image = randomImage(10);
    ImageDescription d = image.description;
    Path file = Files.write(newFile("sealed"), image.bytes);
    ImageDescription later =
        new ImageDescription(
            d.pageSize(), d.lastPage(), d.transaction() + 1, d.structureChecksum(), d.blocks());
    assertThrows(CorruptEnvironmentException.class, () -> SealedEnvironment.open(file, later));
    if (!d.blocks().isEmpty()) {
      // A block less is a different set of bytes outside the blocks.
      ImageDescription fewer =
          new ImageDescription(
              d.pageSize(),
              d.lastPage(),
              d.transaction(),
              d.structureChecksum(),
              d.blocks().subList(1, d.blocks().size()));
      assertThrows(CorruptEnvironmentException.class, () -> SealedEnvironment.open(file, fewer));
    }
  }

  @Test
  public void testImpossibleDescriptions() {
    BlockKey key = randomKey();
    assertThrows(IllegalArgumentException.class, () -> new StoredBlock(key, -1, 10, 0));
    assertThrows(IllegalArgumentException.class, () -> new StoredBlock(key, 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new StoredBlock(key, 0, StoredBlock.MAX_BYTES + 1, 0));
    for (long[] bad :
        new long[][] {{0, 5, 1}, {4095, 5, 1}, {65536, 5, 1}, {4096, 0, 1}, {4096, 5, 0}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new ImageDescription((int) bad[0], bad[1], bad[2], 0, List.of()));
    }
    StoredBlock first = new StoredBlock(BlockKey.of(BlockKind.META, 0), 8192, 100, 0);
    StoredBlock overlapping = new StoredBlock(BlockKey.of(BlockKind.META, 1), 8291, 100, 0);
    StoredBlock beyond = new StoredBlock(BlockKey.of(BlockKind.META, 1), 3 * 4096 - 99, 100, 0);
    StoredBlock inMetaPage = new StoredBlock(BlockKey.of(BlockKind.META, 1), 8191, 1, 0);
    for (List<StoredBlock> bad :
        List.of(
            List.of(first, overlapping),
            List.of(overlapping, first),
            List.of(first, first),
            List.of(first, beyond),
            List.of(inMetaPage))) {
      assertThrows(IllegalArgumentException.class, () -> new ImageDescription(4096, 2, 1, 0, bad));
    }
    assertEquals(3 * 4096, new ImageDescription(4096, 2, 1, 0, List.of(first)).length());
  }

  @Test
  public void testForeignFilesAreNamed() throws IOException {
    Image image = randomImage(3);
    byte[] bigEndian = image.bytes.clone();
    for (int at : new int[] {16, 4096 + 16}) {
      byte[] magic = Arrays.copyOfRange(bigEndian, at, at + 4);
      for (int i = 0; i < 4; i++) {
        bigEndian[at + i] = magic[3 - i];
      }
    }
    assertRefused(image, bigEndian, "big-endian");
    byte[] otherVersion = image.bytes.clone();
    otherVersion[20] = 2;
    assertRefused(image, otherVersion, "data version 2, expected 1");
    byte[] text = image.bytes.clone();
    Arrays.fill(text, (byte) 'x');
    assertRefused(image, text, "no LMDB data file");
  }

  private void assertRefused(Image image, byte[] bytes, String expected) throws IOException {
    Path file = Files.write(newFile("foreign"), bytes);
    String message =
        assertThrows(
                CorruptEnvironmentException.class,
                () -> SealedEnvironment.open(file, image.description))
            .getMessage();
    assertTrue(message, message.contains(expected) && message.contains(file.toString()));
  }

  private static boolean isInBlock(ImageDescription description, long at) {
    return description.blocks().stream().anyMatch(b -> at >= b.offset() && at < b.end());
  }

  @Test
  public void testSegmentOrderIsLmdbs() {
    for (int i = 0; i < 100; i++) {
      byte[] a = new byte[randomIntBetween(0, 4)];
      byte[] b = new byte[randomIntBetween(0, 4)];
      getRandom().nextBytes(a);
      getRandom().nextBytes(b);
      if (randomBoolean()) {
        System.arraycopy(a, 0, b, 0, Math.min(a.length, b.length));
      }
      assertEquals(
          Integer.signum(Arrays.compareUnsigned(a, b)),
          Integer.signum(
              MemorySegmentProxy.compare(MemorySegment.ofArray(a), MemorySegment.ofArray(b))));
    }
  }
}
