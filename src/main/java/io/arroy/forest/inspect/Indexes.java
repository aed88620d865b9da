package io.arroy.forest.inspect;

import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import java.io.IOException;
import java.util.List;

/** Which indexes an environment has. */
public final class Indexes {
  private Indexes() {}

  /** The numbers of the indexes that blocks belong to, ascending. */
  public static List<Integer> of(BlockCatalog blocks) throws IOException {
    return blocks.keys().stream().map(BlockKey::index).distinct().sorted().toList();
  }
}
