package io.arroy.forest;

import io.arroy.forest.search.Calibrator;
import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestInput;
import io.arroy.forest.tree.ForestWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Builds the forest of an index over items that an {@link ItemWriter} has finished. */
public final class ForestBuilder {
  private final BuildOptions options;

  /** A builder with these options. */
  public ForestBuilder(BuildOptions options) {
    this.options = options;
  }

  /**
   * Builds and stores a forest.
   *
   * @param source where the items are read from, by several threads if the executor has them
   * @param sink where the forest goes, written by the calling thread
   */
  public void build(IndexDescription description, BlockSource source, BlockSink sink)
      throws IOException {
    build(description, List.of(), source, sink);
  }

  /**
   * Builds and stores a forest over items of which some were in other indexes before. Where most
   * come from one, its forest is gone on with: they stay in their leaves, and their codes are
   * copied.
   *
   * @param inputs those indexes
   */
  public void build(
      IndexDescription description, List<ForestInput> inputs, BlockSource source, BlockSink sink)
      throws IOException {
    int index = description.index();
    Optional<ForestInput> kept = ForestWriter.write(options, index, inputs, source, sink);
    Calibrator.run(options, index, kept, source, sink);
  }
}
