package io.arroy.forest.store;

import java.io.IOException;
import java.util.List;

/** A source that can name its blocks. Safe for use by many threads. */
public interface BlockCatalog extends BlockSource {
  /**
   * The names of all blocks, in order.
   *
   * @throws CorruptEnvironmentException if something among them is no block
   */
  List<BlockKey> keys() throws IOException;
}
