package io.arroy.forest.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.Test;

/**
 * Files of machines with other pages than this one's, written byte by byte as LMDB 0.9 there would:
 * two meta pages, pages of values, one leaf.
 */
public class TestPageSizes extends StoreTestCase {
  private static final int HEADER = 16;
  private static final int FLAGS_AT = 10;
  private static final int LEAF = 2;
  private static final int OVERFLOW = 4;
  private static final int META = 8;
  private static final int BIG = 1;
  private static final int TRANSACTION = 3;

  private int pageSize;
  private ByteBuffer file;

  @Test
  public void testOtherPageSizesAreRead() throws IOException {
    for (int size : new int[] {4096, 8192, 16384, 32768}) {
      Map<BlockKey, byte[]> blocks = randomBlocks(30);
      pageSize = size;
      ImageDescription image = write(blocks);
      Path path = Files.write(newFile("pages-of-" + size), file.array());
      try (SealedEnvironment sealed = SealedEnvironment.open(path, image)) {
        assertBlocks(blocks, new VerifiedBlocks(sealed, image));
      }
      file.put(pageSize + FLAGS_AT, (byte) 0);
      Path damaged = Files.write(newFile("damaged"), file.array());
      assertThrows(CorruptEnvironmentException.class, () -> SealedEnvironment.open(damaged, image));
    }
  }

  private ImageDescription write(Map<BlockKey, byte[]> blocks) {
    int pages = 3;
    for (byte[] value : blocks.values()) {
      pages += pagesOf(value);
    }
    file = ByteBuffer.allocate(pages * pageSize).order(ByteOrder.LITTLE_ENDIAN);
    int leaf = pages - 1;
    int free = leaf * pageSize + pageSize;
    int pointer = leaf * pageSize + HEADER;
    int page = 2;
    List<StoredBlock> stored = new ArrayList<>();
    for (Map.Entry<BlockKey, byte[]> block : new TreeMap<>(blocks).entrySet()) {
      byte[] value = block.getValue();
      header(page, OVERFLOW);
      file.putInt(page * pageSize + 12, pagesOf(value));
      int at = page * pageSize + HEADER;
      file.put(at, value);
      CRC32C checksum = new CRC32C();
      checksum.update(value);
      stored.add(new StoredBlock(block.getKey(), at, value.length, (int) checksum.getValue()));
      ByteBuffer place = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, page);
      free = node(free, BIG, value.length, block.getKey().toBytes(), place.array());
      file.putShort(pointer, (short) (free - leaf * pageSize));
      pointer += 2;
      page += pagesOf(value);
    }
    byte[] format = FormatEntry.value(pageSize);
    free = node(free, 0, format.length, FormatEntry.key(), format);
    file.putShort(pointer, (short) (free - leaf * pageSize));
    header(leaf, LEAF);
    file.putShort(leaf * pageSize + 12, (short) (pointer + 2 - leaf * pageSize));
    file.putShort(leaf * pageSize + 14, (short) (free - leaf * pageSize));
    meta(0, TRANSACTION - 1, leaf, blocks.size() + 1);
    meta(1, TRANSACTION, leaf, blocks.size() + 1);
    ImageChecksums checksums = new ImageChecksums(stored);
    checksums.update(file.array(), 0, file.capacity());
    assertEquals(leaf, page);
    return new ImageDescription(pageSize, leaf, TRANSACTION, checksums.structure(), stored);
  }

  private int pagesOf(byte[] value) {
    return (HEADER + value.length + pageSize - 1) / pageSize;
  }

  private void header(int page, int flags) {
    file.putLong(page * pageSize, page);
    file.putShort(page * pageSize + FLAGS_AT, (short) flags);
  }

  /** Puts a node before what lies at {@code end}; returns where. */
  private int node(int end, int flags, int length, byte[] key, byte[] data) {
    int at = (end - 8 - key.length - data.length) & -2;
    file.putInt(at, length);
    file.putShort(at + 4, (short) flags);
    file.putShort(at + 6, (short) key.length);
    file.put(at + 8, key);
    file.put(at + 8 + key.length, data);
    return at;
  }

  private void meta(int page, int transaction, int leaf, int entries) {
    header(page, META);
    int at = page * pageSize;
    file.putInt(at + 16, 0xBEEFC0DE).putInt(at + 20, 1);
    file.putLong(at + 32, file.capacity()); // the map
    file.putInt(at + 40, pageSize).putShort(at + 44, (short) 8); // the free list: integer keys
    file.putLong(at + 80, -1); // which is empty
    file.putShort(at + 94, (short) 1).putLong(at + 104, 1); // one level, one leaf
    file.putLong(at + 112, leaf - 2).putLong(at + 120, entries).putLong(at + 128, leaf);
    file.putLong(at + 136, leaf).putLong(at + 144, transaction);
  }
}
