package io.arroy.forest.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Compares blocks with their recorded checksums when they are found: those that say how others are
 * read, and the ids, which search results are made of. They are few bytes for each item. The kinds
 * that hold vectors, codes and centroids are passed on as they are; {@link ImageChecksums} finds
 * damage there.
 */
public final class VerifiedBlocks implements BlockSource {
  private static final Set<BlockKind> VERIFIED =
      EnumSet.of(BlockKind.META, BlockKind.IDS, BlockKind.NODES);

  private static final int CHUNK_BYTES = 1 << 16;

  private final BlockSource source;
  private final Map<BlockKey, Integer> checksums = new HashMap<>();

  /**
   * @param source where the blocks are
   * @param image what was recorded of them
   */
  public VerifiedBlocks(BlockSource source, ImageDescription image) {
    this.source = source;
    for (StoredBlock block : image.blocks()) {
      if (VERIFIED.contains(block.key().kind())) {
        checksums.put(block.key(), block.checksum());
      }
    }
  }

  /**
   * The block with this key, or empty if there is none.
   *
   * @throws CorruptEnvironmentException if its bytes are not those that were recorded
   */
  @Override
  public Optional<Block> find(BlockKey key) throws IOException {
    Optional<Block> found = source.find(key);
    Integer expected = checksums.get(key);
    if (found.isPresent() && expected != null) {
      verify(key, found.get(), expected);
    }
    return found;
  }

  /** Reads a block and compares it with what was recorded. */
  static void verify(BlockKey key, Block block, int expected) throws IOException {
    CRC32C checksum = new CRC32C();
    Block.Cursor cursor = block.cursor();
    for (long at = 0; at < block.length(); at += CHUNK_BYTES) {
      MemorySegment bytes = cursor.read(at, (int) Math.min(CHUNK_BYTES, block.length() - at));
      checksum.update(bytes.asByteBuffer());
    }
    int actual = (int) checksum.getValue();
    if (actual != expected) {
      throw new CorruptEnvironmentException(
          String.format("%s has checksum %08x, expected %08x", key, actual, expected));
    }
  }
}
