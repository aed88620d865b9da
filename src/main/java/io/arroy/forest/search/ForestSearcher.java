package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.quantize.CodeLayout;
import io.arroy.forest.quantize.QueryCode;
import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.quantize.ScanQuery;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.Points;
import io.arroy.forest.tree.ScanCodes;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;

/** Searches the items of one index through its forest. Safe for use by many threads. */
public final class ForestSearcher {
  /**
   * Of the share that a search may miss, the part it may expect to miss. More are missed than are
   * expected, because items spread wider around centroids than a normal distribution has it.
   */
  private static final double EXPECTED = .2;

  /**
   * A filter has to do with a query if it accepts so many times more or less around it than
   * elsewhere.
   */
  private static final double CORRELATED = 1.25;

  /** The part that is allowed where it accepts more: what leaves hold of it lies near the query. */
  private static final double NEAR = .5;

  /** A walk that has scored more than this part of what is accepted is as good as a scan. */
  private static final int SCANNED_PART = 4;

  /** A scan keeps this part of what is accepted, and so many at the least. */
  private static final int KEPT_PART = 4;

  private static final int LEAST_KEPT = 1024;

  private final IndexDescription description;
  private final int count;
  private final Vectors vectors;
  private final Ids ids;
  private final StoredTree[] trees;
  private final Rotation rotation;
  private final ScanCodes codes;
  private final CostModel costs;

  /** What searches miss, or null if that was not measured. */
  private final Calibration calibration;

  /** The ordinals that have an item, once a scan has asked; null where all have. */
  private volatile Bits occupied;

  private ForestSearcher(
      ItemsHeader items,
      Vectors vectors,
      Ids ids,
      StoredTree[] trees,
      Rotation rotation,
      ScanCodes codes,
      CostModel costs,
      Calibration calibration) {
    this.description = items.description();
    this.count = items.count();
    this.ids = ids;
    this.vectors = vectors;
    this.trees = trees;
    this.rotation = rotation;
    this.codes = codes;
    this.costs = costs;
    this.calibration = calibration;
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
    ScanCodes codes = forest.scanCodes() ? ScanCodes.open(source, items) : null;
    int leaves = trees.length == 0 ? 0 : trees[0].table().leaves();
    Calibration calibration = Calibration.read(source, description.index()).orElse(null);
    CostModel costs = new CostModel(items.count(), leaves, compared, codes != null, calibration);
    return new ForestSearcher(items, vectors, ids, trees, rotation, codes, costs, calibration);
  }

  private Bits occupied() throws IOException {
    if (count < vectors.slots() && occupied == null) {
      // Finding out twice at once does no harm.
      occupied = ids.occupied();
    }
    return occupied;
  }

  /** A query, in the space of points and as items are compared with it exactly. */
  record Target(float[] point, Scorer scorer) {}

  Target target(float[] query) {
    Scorer scorer = Scorer.of(description, vectors, query);
    float[] point = Arrays.copyOf(query, Points.dimension(description));
    if (description.elementType() == ElementType.BIT) {
      for (int i = 0; i < query.length; i++) {
        point[i] = query[i] < 0 ? -1 : 1;
      }
    }
    Points.toQuery(description, point);
    return new Target(point, scorer);
  }

  Target target(byte[] query) {
    Scorer scorer = Scorer.of(description, vectors, query);
    float[] point = new float[Points.dimension(description)];
    for (int i = 0; i < query.length; i++) {
      point[i] = query[i];
    }
    Points.toQuery(description, point);
    return new Target(point, scorer);
  }

  /** An item as a query. */
  Target target(int ordinal) throws IOException {
    if (description.elementType().input() == ElementType.FLOAT32) {
      float[] vector = new float[description.dimension()];
      vectors.cursor().get(ordinal, vector);
      return target(vector);
    }
    byte[] vector = new byte[description.dimension()];
    vectors.cursor().get(ordinal, vector);
    return target(vector);
  }

  /** The nearest items to a vector of floats. */
  public void search(float[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    search(target(query), options, collector);
  }

  /** The nearest items to a vector of bytes. */
  public void search(byte[] query, SearchOptions options, HitCollector collector)
      throws IOException {
    search(target(query), options, collector);
  }

  private void search(Target target, SearchOptions options, HitCollector collector)
      throws IOException {
    int available = Math.min(options.acceptedCount(), count);
    int wanted = Math.min(options.k(), available);
    if (wanted == 0) {
      return;
    }
    boolean adapts = options.budget() == SearchOptions.DEFAULT_BUDGET;
    boolean scans =
        adapts
            ? costs.scans(options.k(), available, listable(options))
            : available <= Math.max(wanted, options.budget());
    if (trees.length == 0 || scans) {
      boolean exact = !adapts && available <= Math.max(wanted, options.budget());
      scan(target, options, available, !exact, collector, 0);
      return;
    }
    int scored = walk(target, options, collector);
    if (scored >= 0) {
      scan(target, options, available, true, collector, scored);
    }
  }

  /**
   * Searches among all items in the forest, until so many are scored or none is expected to be
   * missed.
   *
   * @return what it did until then
   */
  WalkTrace trace(Target target, int wanted, int budget, HitCollector collector)
      throws IOException {
    SearchOptions options = SearchOptions.nearest(wanted);
    Candidates candidates = new Candidates(kept(wanted, options));
    Acceptance all = new Acceptance(null, null, 1);
    Walk walk = walk(target, all, collector, candidates, false);
    WalkTrace trace = new WalkTrace(trees);
    walk.follow(trace);
    walk.runUntilFound(
        wanted,
        costs.measuredEffort(wanted),
        (rank, density) -> 0,
        (missed, around) -> {
          trace.stop(missed, around.taken());
          return around.taken() >= budget;
        });
    trace.stop(0, walk.scored());
    rerank(target, options, wanted, candidates, CodeErrors.AFTER_WALK, collector);
    return trace;
  }

  private Walk walk(
      Target target,
      Acceptance acceptance,
      HitCollector collector,
      Candidates candidates,
      boolean sparse) {
    float[] point = target.point();
    return new Walk(
        trees,
        Nearness.of(description.distance()),
        vectors.slots(),
        point,
        new QueryCode(rotation, point),
        acceptance,
        collector,
        candidates,
        sparse
            ? new SparseLeaves(codes.codes(), new ScanQuery(rotation, point, codes.center()), costs)
            : null);
  }

  /**
   * Walks through the forest.
   *
   * @return how many were scored when it gave up, or -1 if it did not
   */
  int walk(Target target, SearchOptions options, HitCollector collector) throws IOException {
    int available = Math.min(options.acceptedCount(), count);
    int wanted = Math.min(options.k(), available);
    int kept = kept(wanted, options);
    boolean filtered = options.accepted() != null;
    boolean sparse = filtered && costs.isSparse(available);
    Acceptance acceptance =
        Acceptance.of(
            options.accepted(),
            available,
            count,
            vectors.slots(),
            trees,
            costs.listing(options.k(), available, listable(options)));
    Candidates candidates = new Candidates(filtered ? Math.max(kept, available) : kept);
    Walk walk = walk(target, acceptance, collector, candidates, sparse);
    collector.planned(sparse ? SearchPlan.SPARSE_WALK : SearchPlan.WALK);
    if (options.budget() != SearchOptions.DEFAULT_BUDGET) {
      walk.run(wanted, options.budget());
    } else {
      double effort = costs.firstEffort(options.k()) * share(options);
      boolean found =
          walk.runUntilFound(
              wanted,
              effort,
              (rank, density) -> allowed(options, rank, density),
              (missed, around) -> costs.givesUp(options.k(), around, available, listable(options)));
      if (!found) {
        return walk.scored();
      }
    }
    boolean scanned = walk.scored() > available / SCANNED_PART;
    double deviations = scanned ? CodeErrors.AFTER_SCAN : CodeErrors.AFTER_WALK;
    rerank(target, options, wanted, candidates, deviations, collector);
    return -1;
  }

  /** Whether what is accepted can be gone through, and so be listed by leaf. */
  private static boolean listable(SearchOptions options) {
    return options.accepted() instanceof BitSet;
  }

  /**
   * What share of the wanted items a search may expect to miss. The nearest of those that a filter
   * accepts lie like more of the nearest of all.
   */
  private double allowed(SearchOptions options, double rank, double density) {
    double usual = EXPECTED * (1 - options.targetRecall());
    if (calibration == null) {
      return usual;
    }
    if (density > 1 / CORRELATED && density < CORRELATED) {
      int among = (int) Math.min(count, Math.max(options.k(), rank));
      return calibration.expected(among, options.targetRecall());
    }
    // What was measured is how searches miss that look for what lies around them.
    double careful = Math.min(usual, calibration.expected(options.k(), options.targetRecall()));
    return density > 1 ? NEAR * careful : careful;
  }

  private void rerank(
      Target target,
      SearchOptions options,
      int wanted,
      Candidates candidates,
      double deviations,
      HitCollector collector)
      throws IOException {
    new Rerank(target.scorer(), collector, wanted)
        .best(
            candidates,
            least(wanted, options),
            Integer.MAX_VALUE,
            CodeErrors.of(description.distance(), target.point(), wanted, deviations));
  }

  /**
   * Scores all accepted items.
   *
   * @param available how many there are at the most
   * @param adapts whether codes may choose those that are scored exactly
   * @param reported how many were reported as scored already
   */
  private void scan(
      Target target,
      SearchOptions options,
      int available,
      boolean adapts,
      HitCollector collector,
      int reported)
      throws IOException {
    int wanted = Math.min(options.k(), available);
    Rerank rerank = new Rerank(target.scorer(), collector, wanted);
    Bits occupied = occupied();
    Supplier<AcceptedOrdinals> accepted =
        () -> new AcceptedOrdinals(options.accepted(), occupied, vectors.slots());
    if (!adapts || !costs.scansCodes(available)) {
      collector.planned(SearchPlan.EXACT_SCAN);
      rerank.scan(accepted.get(), reported);
      return;
    }
    collector.planned(SearchPlan.CODE_SCAN);
    int kept = Math.min(available, Math.max(LEAST_KEPT, available / KEPT_PART));
    Candidates candidates = new Candidates(kept);
    float[] point = target.point();
    ScanQuery query = new ScanQuery(rotation, point, codes.center());
    CodeScan scan = new CodeScan(codes.codes(), query, collector);
    if (!scan.run(accepted.get(), available, reported, candidates)) {
      collector.planned(SearchPlan.EXACT_SCAN);
      rerank.scan(accepted.get(), Math.max(reported, scan.scored()));
      return;
    }
    CodeErrors errors = CodeErrors.of(description.distance(), point, wanted, CodeErrors.AFTER_SCAN);
    int most = kept < available ? kept : Integer.MAX_VALUE;
    if (!rerank.best(candidates, least(wanted, options), most, errors)) {
      collector.planned(SearchPlan.EXACT_SCAN);
      rerank.scan(accepted.get(), available);
    }
  }

  /** The share of the usual effort to begin with: what is found grows slower than it. */
  private static double share(SearchOptions options) {
    return Math.min(1, (1 - SearchOptions.DEFAULT_RECALL) / (1 - options.targetRecall()));
  }

  /** How many candidates a walk keeps at the least. */
  private int kept(int wanted, SearchOptions options) {
    int kept = Rerank.candidates(wanted, rotation.dimension(), isManhattan());
    return (int) Math.min(count, (double) kept * options.oversampling());
  }

  /** How many of them are scored exactly at the least. */
  private int least(int wanted, SearchOptions options) {
    int kept = kept(wanted, options);
    return isManhattan() ? kept : Rerank.first(kept);
  }

  private boolean isManhattan() {
    return description.distance() == Distance.MANHATTAN;
  }
}
