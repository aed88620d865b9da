package io.arroy.forest.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeNoException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.Test;

public class TestScratchEnvironment extends StoreTestCase {
  private static final BlockKey A_KEY = BlockKey.of(BlockKind.META, 0);
  private static final MemorySegment A_BYTE = MemorySegment.ofArray(new byte[1]);
  private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

  @Test
  public void testReadsBackWhileWriting() throws IOException {
    Path file = newFile("scratch");
    Map<BlockKey, byte[]> expected = new HashMap<>();
    Map<BlockKey, Block> found = new HashMap<>();
    try (ScratchEnvironment scratch = newScratch(file)) {
      int puts = randomIntBetween(1, 300);
      for (int i = 0; i < puts; i++) {
        BlockKey key = randomKey();
        byte[] value = randomValue();
        scratch.put(key, asSegment(value));
        expected.put(key, value);
        found.remove(key);
        if (randomIntBetween(0, 9) == 0) {
          BlockKey wanted = randomFrom(expected.keySet().toArray(BlockKey[]::new));
          found.put(wanted, scratch.get(wanted));
        }
      }
      for (Map.Entry<BlockKey, Block> entry : found.entrySet()) {
        assertBytes(expected.get(entry.getKey()), entry.getValue());
      }
      assertBlocks(expected, scratch);
      ImageDescription description = scratch.copyTo((bytes, offset, length) -> {});
      assertEquals(expected.size(), description.blocks().size());
      assertBlocks(expected, scratch);
      assertThrows(IllegalStateException.class, () -> scratch.put(A_KEY, A_BYTE));
    }
    assertFalse(Files.exists(file));
  }

  @Test
  public void testDescriptionTellsWhereEveryBlockLies() throws IOException {
    Map<BlockKey, byte[]> blocks = randomBlocks(100);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageDescription description = write(newFile("scratch"), blocks, out, false);
    byte[] image = out.toByteArray();
    assertEquals(description.length(), image.length);
    assertEquals(blocks.size(), description.blocks().size());
    CRC32C structure = new CRC32C();
    int at = 0;
    for (StoredBlock block : description.blocksByOffset()) {
      byte[] expected = blocks.get(block.key());
      int offset = Math.toIntExact(block.offset());
      assertEquals(
          MemorySegment.ofArray(expected).mismatch(MemorySegment.ofArray(image).asSlice(offset)),
          offset + expected.length == image.length ? -1 : expected.length);
      CRC32C checksum = new CRC32C();
      checksum.update(expected);
      assertEquals(checksum.getValue(), Integer.toUnsignedLong(block.checksum()));
      structure.update(image, at, offset - at);
      at = Math.toIntExact(block.end());
    }
    structure.update(image, at, image.length - at);
    assertEquals(structure.getValue(), Integer.toUnsignedLong(description.structureChecksum()));
  }

  @Test
  public void testSamePutsGiveSameBytes() throws IOException {
    Map<BlockKey, byte[]> blocks = randomBlocks(200);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();
    ImageDescription one = write(newFile("one"), blocks, first, true);
    byte[] noise = new byte[randomIntBetween(1, 1_000_000)]; // moves what is allocated next
    ImageDescription two = write(newFile("another"), blocks, second, true);
    assertTrue(noise.length > 0);
    assertEquals(one, two);
    assertArrayEquals(first.toByteArray(), second.toByteArray());
  }

  @Test
  public void testLargeBlocksAreWrittenOutAsTheyCome() throws IOException {
    Path file = newFile("scratch");
    byte[] value = new byte[BlockSink.PREFERRED_BLOCK_BYTES - 16];
    try (ScratchEnvironment scratch = ScratchEnvironment.create(file)) {
      for (int i = 0; i < 9; i++) {
        value[i] = 1;
        scratch.put(new BlockKey(BlockKind.VECTORS, 0, 0, i), MemorySegment.ofArray(value));
      }
      assertTrue(Files.size(file) >= ScratchEnvironment.COMMIT_BYTES);
      ImageDescription description = scratch.copyTo((bytes, offset, length) -> {});
      // Nothing is lost but a few pages of LMDB's own.
      assertTrue(description.length() < 9L * BlockSink.PREFERRED_BLOCK_BYTES + 100_000);
    }
  }

  @Test
  public void testFailingSinkLeavesNothing() throws IOException {
    Path file = newFile("scratch");
    try (ScratchEnvironment scratch = newScratch(file)) {
      scratch.put(randomKey(), asSegment(randomValue()));
      IOException failure = new IOException("full");
      IOException thrown =
          assertThrows(
              IOException.class,
              () ->
                  scratch.copyTo(
                      (bytes, offset, length) -> {
                        throw failure;
                      }));
      assertSame(failure, thrown);
    }
    assertFalse(Files.exists(file));
  }

  @Test
  public void testBlocksDieWithTheScratch() throws IOException {
    ScratchEnvironment scratch = newScratch(newFile("scratch"));
    BlockKey key = randomKey();
    scratch.put(key, asSegment(new byte[100_000]));
    Block block = scratch.get(key);
    MemorySegment bytes = block.cursor().read(0, 10);
    scratch.close();
    scratch.close();
    assertThrows(
        IllegalStateException.class, () -> bytes.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> scratch.find(key));
    assertThrows(IllegalStateException.class, () -> scratch.put(A_KEY, A_BYTE));
  }

  @Test
  public void testOnlyItsOwnerReadsIt() throws IOException {
    Path file = newFile("scratch");
    assumeTrue(Files.getFileStore(file.getParent()).supportsFileAttributeView("posix"));
    try (ScratchEnvironment scratch = newScratch(file)) {
      scratch.put(randomKey(), asSegment(randomValue()));
      scratch.copyTo((bytes, offset, length) -> {});
      assertEquals(
          PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    }
  }

  /** Neither a link to a file nor one to nothing is followed, and what it names is untouched. */
  @Test
  public void testPlantedLinksAreRefused() throws IOException {
    Path victim = Files.writeString(newFile("victim"), "precious");
    Path nothing = newFile("nothing");
    for (Path target : new Path[] {victim, nothing}) {
      Path link = newFile("scratch");
      try {
        Files.createSymbolicLink(link, target);
      } catch (UnsupportedOperationException | IOException e) {
        assumeNoException(e);
      }
      assertThrows(FileAlreadyExistsException.class, () -> ScratchEnvironment.create(link));
      assertTrue(Files.isSymbolicLink(link));
    }
    assertEquals("precious", Files.readString(victim));
    assertFalse(Files.exists(nothing));
  }

  @Test
  public void testBadInput() throws IOException {
    Path file = newFile("scratch");
    try (ScratchEnvironment scratch = newScratch(file)) {
      assertThrows(FileAlreadyExistsException.class, () -> ScratchEnvironment.create(file));
      assertThrows(IllegalArgumentException.class, () -> scratch.put(A_KEY, EMPTY));
      byte[] value = randomValue();
      BlockKey key = randomKey();
      scratch.put(key, asSegment(value));
      assertBytes(value, scratch.get(key));
    }
    assertFalse(Files.exists(file));
    Path missing = newFile("missing").resolve("scratch");
    assertThrows(IOException.class, () -> ScratchEnvironment.create(missing));
  }

  static ScratchEnvironment newScratch(Path file) throws IOException {
    return randomBoolean()
        ? ScratchEnvironment.create(file)
        : ScratchEnvironment.create(file, randomIntBetween(1, 1 << 20));
  }

  static ImageDescription write(
      Path file, Map<BlockKey, byte[]> blocks, ByteArrayOutputStream out, boolean sameCommits)
      throws IOException {
    try (ScratchEnvironment scratch =
        sameCommits ? ScratchEnvironment.create(file, 1 << 18) : newScratch(file)) {
      for (Map.Entry<BlockKey, byte[]> entry : blocks.entrySet()) {
        scratch.put(entry.getKey(), MemorySegment.ofArray(entry.getValue()));
      }
      return scratch.copyTo(out::write);
    }
  }
}
