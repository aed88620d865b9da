package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.QueryCode;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.Points;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.util.Bits;

/** Searches the items of one index through its forest. Safe for use by many threads. */
public final class ForestSearcher {
  /**
   * Of the wanted items, the share a search that names no budget may expect to miss. More are
   * missed, because items spread wider around centroids than a normal distribution has it.
   */
  private static final double MISSED = .01;

  private final IndexDescription description;
  private final int count;
  private final Vectors vectors;
  private final Ids ids;
  private final StoredTree[] trees;
  private final Rotation rotation;
  private final CostModel costs;

  /** The ordinals that have an item, once a scan has asked; null where all have. */
  private volatile Bits occupied;

  private ForestSearcher(
      ItemsHeader items,
      Vectors vectors,
      Ids ids,
      StoredTree[] trees,
      Rotation rotation,
      CostModel costs) {
    this.description = items.description();
    this.count = items.count();
    this.ids = ids;
    this.vectors = vectors;
    this.trees = trees;
    this.rotation = rotation;
    this.costs = costs;
  }

  /**
   * Opens the forest of an index.
   *
   * @throws CorruptEnvironmentException if a part is missing or contradicts another
   */
  public static ForestSearcher open(
      BlockSource source, ItemsHeader items, ForestHeader forest, Vectors vectors, Ids ids)
      throws IOException {
    IndexDescription description = items.description();
    int dimension = Points.dimension(description);
    Rotation rotation = new Rotation(dimension);
    int slotBytes = CodeLayout.slotBytes(rotation.dimension());
    StoredTree.Shape shape =
        new StoredTree.Shape(items.count(), items.layout(), dimension, slotBytes);
    StoredTree[] trees = new StoredTree[forest.trees()];
    for (int i = 0; i < trees.length; i++) {
      trees[i] = StoredTree.open(source, description.index(), i, shape);
    }
    // A word of signs is compared about as fast as a float.
    int compared =
        description.elementType() == ElementType.BIT ? Signs.words(dimension) : dimension;
    CostModel costs = new CostModel(items.count(), forest.leafSize(), compared);
    return new ForestSearcher(items, vectors, ids, trees, rotation, costs);
  }

  private Bits occupied() throws IOException {
    if (count < vectors.slots() && occupied == null) {
      // Finding out twice at once does no harm.
      occupied = ids.occupied();
    }
    return occupied;
  }

  /** The nearest items to a vector of floats. */
  public void search(float[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    Scorer scorer = Scorer.of(description, vectors, query);
    float[] point = Arrays.copyOf(query, Points.dimension(description));
    if (description.elementType() == ElementType.BIT) {
      for (int i = 0; i < query.length; i++) {
        point[i] = query[i] < 0 ? -1 : 1;
      }
    }
    search(point, scorer, options, collector);
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
    int available = Math.min(options.acceptedCount(), count);
    int wanted = Math.min(options.k(), available);
    if (wanted == 0) {
      return;
    }
    boolean adapts = options.budget() == SearchOptions.DEFAULT_BUDGET;
    boolean scans =
        adapts
            ? costs.scans(options.k(), available)
            : available <= Math.max(wanted, options.budget());
    Rerank rerank = new Rerank(scorer, collector, wanted);
    if (trees.length == 0 || scans) {
      rerank.scan(options.accepted(), occupied(), vectors.slots(), 0);
      return;
    }
    Points.toQuery(description, point);
    boolean manhattan = description.distance() == Distance.MANHATTAN;
    int least =
        (int) (Rerank.candidates(wanted, rotation.dimension(), manhattan) * options.oversampling());
    least = Math.min(least, count);
    boolean filtered = options.accepted() != null;
    Candidates candidates = new Candidates(filtered ? Math.max(least, available) : least);
    Walk walk =
        new Walk(
            trees,
            Nearness.of(description.distance()),
            vectors.slots(),
            point,
            new QueryCode(rotation, point),
            Acceptance.of(options.accepted(), available, count, vectors.slots(), trees),
            collector,
            candidates);
    if (adapts) {
      boolean found =
          walk.runUntilFound(
              wanted,
              costs.effort(options.k()),
              MISSED,
              (leaves, scored) -> costs.givesUp(leaves, scored, available));
      if (!found) {
        rerank.scan(options.accepted(), occupied(), vectors.slots(), walk.scored());
        return;
      }
    } else {
      walk.run(wanted, options.budget());
    }
    rerank.best(candidates, least, CodeErrors.of(description.distance(), point, wanted));
  }
}
