package io.arroy.forest.store;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Compares every block with its recorded checksum once, when it is first read: for merges, which
 * must pass on no damage, and read what they take over anyway.
 */
public final class CheckedBlocks implements BlockSource {
  private final BlockSource source;
  private final Map<BlockKey, Integer> checksums;
  private final Map<BlockKey, Block> checked = new ConcurrentHashMap<>();

  /**
   * @param source where the blocks are
   * @param image what was recorded of them
   */
  public CheckedBlocks(BlockSource source, ImageDescription image) {
    this.source = source;
    this.checksums =
        image.blocks().stream().collect(Collectors.toMap(StoredBlock::key, StoredBlock::checksum));
  }

  /**
   * The block with this key, or empty if there is none. Its first cursor is given out only if its
   * bytes are those that were recorded, else {@link CorruptEnvironmentException} is thrown.
   */
  @Override
  public Optional<Block> find(BlockKey key) throws IOException {
    Optional<Block> found = source.find(key);
    Integer expected = checksums.get(key);
    return expected == null
        ? found
        : found.map(
            block -> checked.computeIfAbsent(key, each -> new Checked(each, block, expected)));
  }

  private static final class Checked implements Block {
    private final BlockKey key;
    private final Block block;
    private final int expected;
    private boolean verified;

    Checked(BlockKey key, Block block, int expected) {
      this.key = key;
      this.block = block;
      this.expected = expected;
    }

    @Override
    public long length() {
      return block.length();
    }

    @Override
    public boolean copies() {
      return block.copies();
    }

    @Override
    public Cursor cursor() throws IOException {
      verifyOnce();
      return block.cursor();
    }

    private synchronized void verifyOnce() throws IOException {
      if (!verified) {
        VerifiedBlocks.verify(key, block, expected);
        verified = true;
      }
    }
  }
}
