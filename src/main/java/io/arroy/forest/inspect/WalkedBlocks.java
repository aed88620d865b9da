package io.arroy.forest.inspect;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockSource;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Remembers which blocks were asked for, so that those nobody reads are found. */
final class WalkedBlocks implements BlockSource {
  private final BlockSource source;
  private final Set<BlockKey> walked = new HashSet<>();

  WalkedBlocks(BlockSource source) {
    this.source = source;
  }

  @Override
  public Optional<Block> find(BlockKey key) throws IOException {
    walked.add(key);
    return source.find(key);
  }

  /** Whether a block was asked for. */
  boolean walked(BlockKey key) {
    return walked.contains(key);
  }
}
