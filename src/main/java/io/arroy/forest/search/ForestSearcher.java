package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.QueryCode;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.Points;
import java.io.IOException;
import java.util.Arrays;

/** Searches the items of one index through its forest. Safe for use by many threads. */
public final class ForestSearcher {
  /** So many accepted items are scored exactly rather than looked for in the forest. */
  private static final int SCANNED = 1000;

  private final IndexDescription description;
  private final Vectors vectors;
  private final StoredTree[] trees;
  private final Rotation rotation;

  private ForestSearcher(
      IndexDescription description, Vectors vectors, StoredTree[] trees, Rotation rotation) {
    this.description = description;
    this.vectors = vectors;
    this.trees = trees;
    this.rotation = rotation;
  }

  /**
   * Opens the forest of an index.
   *
   * @throws CorruptEnvironmentException if a part is missing or contradicts another
   */
  public static ForestSearcher open(
      BlockSource source, ItemsHeader items, ForestHeader forest, Vectors vectors)
      throws IOException {
    IndexDescription description = items.description();
    int dimension = Points.dimension(description);
    Rotation rotation = new Rotation(dimension);
    int slotBytes = CodeLayout.slotBytes(rotation.dimension());
    StoredTree.Shape shape = new StoredTree.Shape(items.count(), dimension, slotBytes);
    StoredTree[] trees = new StoredTree[forest.trees()];
    for (int i = 0; i < trees.length; i++) {
      trees[i] = StoredTree.open(source, description.index(), i, shape);
    }
    return new ForestSearcher(description, vectors, trees, rotation);
  }

  /** The nearest items to a vector of floats. */
  public void search(float[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    Scorer scorer = Scorer.of(description, vectors, query);
    search(Arrays.copyOf(query, Points.dimension(description)), scorer, options, collector);
  }

  /** The nearest items to a vector of bytes. */
  public void search(byte[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    Scorer scorer = Scorer.of(description, vectors, query);
    float[] point = new float[Points.dimension(description)];
    for (int i = 0; i < query.length; i++) {
      point[i] = query[i];
    }
    search(point, scorer, options, collector);
  }

  private void search(float[] point, Scorer scorer, SearchOptions options, HitCollector collector)
      throws IOException {
    int available = Math.min(options.acceptedCount(), vectors.size());
    int wanted = Math.min(options.k(), available);
    if (wanted == 0) {
      return;
    }
    int budget = options.budget();
    int scanned = budget;
    if (budget == SearchOptions.DEFAULT_BUDGET) {
      budget = defaultBudget(options.k(), vectors.size());
      scanned = SCANNED;
    }
    Rerank rerank = new Rerank(scorer, collector, wanted);
    if (trees.length == 0 || available <= Math.max(wanted, scanned)) {
      rerank.scan(options.accepted(), vectors.size());
      return;
    }
    Points.toQuery(description, point);
    boolean manhattan = description.distance() == Distance.MANHATTAN;
    Candidates candidates =
        new Candidates(Rerank.candidates(wanted, rotation.dimension(), manhattan));
    new Walk(
            trees,
            Nearness.of(description.distance()),
            vectors.size(),
            point,
            new QueryCode(rotation, point),
            options.accepted(),
            collector,
            candidates)
        .run(wanted, budget);
    rerank.best(candidates);
  }

  /** The budget of a search for {@code k} of so many items that names none. */
  public static int defaultBudget(int k, int items) {
    double budget = 18 * Math.sqrt(items) * Math.pow(Math.max(1, k / 10.0), 0.35);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1000, Math.max(budget, 10.0 * k)));
  }
}
