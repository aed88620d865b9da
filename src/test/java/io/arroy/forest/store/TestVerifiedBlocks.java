package io.arroy.forest.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.Test;

public class TestVerifiedBlocks extends StoreTestCase {
  @Test
  public void testOneFlippedBit() throws IOException {
    Map<BlockKey, byte[]> blocks = new HashMap<>(randomBlocks(20));
    for (BlockKind kind : BlockKind.values()) {
      for (int number = 0; number < 6; number++) {
        blocks.put(new BlockKey(kind, 5, 0, number), randomValue());
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageDescription image = TestScratchEnvironment.write(newFile("scratch"), blocks, out, false);
    byte[] intact = out.toByteArray();
    for (StoredBlock block : image.blocks()) {
      byte[] damaged = intact.clone();
      int at = (int) block.offset() + randomIntBetween(0, (int) block.length() - 1);
      damaged[at] ^= (byte) (1 << randomIntBetween(0, 7));
      Path file = Files.write(newFile("sealed"), damaged);
      // LMDB does not look at the bytes of blocks, so the environment opens.
      try (SealedEnvironment sealed = SealedEnvironment.open(file, image)) {
        Block checked = new CheckedBlocks(sealed, image).get(block.key());
        assertThrows(CorruptEnvironmentException.class, checked::cursor);
        BlockSource verified = new VerifiedBlocks(sealed, image);
        boolean small =
            switch (block.key().kind()) {
              case META, IDS, NODES -> true;
              case VECTORS, CENTROIDS, LEAVES, LEAF_OF, CHANGES, ORDER, SCAN_CODES -> false;
            };
        if (small) {
          CorruptEnvironmentException e =
              assertThrows(CorruptEnvironmentException.class, () -> verified.find(block.key()));
          assertTrue(e.getMessage(), e.getMessage().contains(block.key().toString()));
        } else {
          assertEquals(block.length(), verified.get(block.key()).length());
        }
        for (StoredBlock other : image.blocks()) {
          if (!other.equals(block)) {
            assertBytes(blocks.get(other.key()), verified.get(other.key()));
          }
        }
        assertTrue(verified.find(new BlockKey(BlockKind.META, 77, 0, 0)).isEmpty());
      }
    }
  }
}
