package io.arroy.forest.store;

import java.io.IOException;
import java.util.Optional;

/** Where blocks are read from. Safe for use by many threads. */
public interface BlockSource {
  /** The block with this key, or empty if there is none. */
  Optional<Block> find(BlockKey key) throws IOException;

  /**
   * The block with this key, which must be there.
   *
   * @throws CorruptEnvironmentException if it is not
   */
  default Block get(BlockKey key) throws IOException {
    return find(key).orElseThrow(() -> new CorruptEnvironmentException("missing block " + key));
  }

  /**
   * The block with this key, which must be there and have this length.
   *
   * @param length in bytes
   * @throws CorruptEnvironmentException if it is not, or has another
   */
  default Block get(BlockKey key, long length) throws IOException {
    Block block = get(key);
    if (block.length() != length) {
      throw new CorruptEnvironmentException(
          key + " is " + block.length() + " bytes long, expected " + length);
    }
    return block;
  }
}
