package io.arroy.forest.search;

import io.arroy.forest.store.BlockSink;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestHeader;
import io.arroy.forest.tree.ForestInput;
import io.arroy.forest.tree.Parallel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.util.FixedBitSet;

/**
 * Measures at the end of a build what searches of the index will miss: asks for the neighbours of
 * some of its items, and compares what a search finds that spends very much with what it had met
 * when it might have stopped.
 */
public final class Calibrator {
  /** For how many neighbours it is measured, and on how many items. */
  private static final int[] WANTED = {10, 100};

  private static final int[] SAMPLES = {256, 48};

  /** Shares that searches expect to miss when they stop. */
  private static final float[] EXPECTED = {.1f, .025f, .006f, .0015f, .0004f};

  /** What is missed at the most that is not worth to be measured further. */
  private static final double ENOUGH = .001;

  /** What the truth spends: so many times the root of the number of items. */
  private static final int TRUTH = 120;

  private final BuildOptions options;
  private final ForestSearcher searcher;
  private final ItemsHeader items;
  private final FixedBitSet occupied;

  private Calibrator(
      BuildOptions options, ForestSearcher searcher, ItemsHeader items, FixedBitSet occupied) {
    this.options = options;
    this.searcher = searcher;
    this.items = items;
    this.occupied = occupied;
  }

  /**
   * Measures an index whose forest was just built, and stores what comes out; or what came out
   * before, where the index has gone on from one that little distinguishes it from.
   *
   * @param kept the index whose forest the build went on with, if it did
   */
  public static void run(
      BuildOptions options,
      int index,
      Optional<ForestInput> kept,
      BlockSource source,
      BlockSink sink)
      throws IOException {
    ItemsHeader items = ItemsHeader.read(source, index);
    ForestHeader forest = ForestHeader.read(source, index);
    if (forest.trees() == 0 || items.count() == 0 || items.count() < options.calibrateFrom()) {
      return;
    }
    Optional<Calibration> calibration =
        kept.isPresent() ? earlier(kept.get(), items.count()) : Optional.empty();
    if (calibration.isEmpty()) {
      options.monitor().progress("calibrate", 0, WANTED.length);
      Ids ids = Ids.open(source, items);
      Vectors vectors = Vectors.open(source, items);
      ForestSearcher searcher = ForestSearcher.open(source, items, forest, vectors, ids);
      calibration = Optional.of(new Calibrator(options, searcher, items, ids.occupied()).measure());
    }
    calibration.get().write(index, sink);
  }

  /**
   * Reads what is stored of an index, if anything.
   *
   * @throws CorruptEnvironmentException if it holds what it cannot
   */
  public static void check(BlockSource source, int index) throws IOException {
    Calibration.read(source, index);
  }

  private static Optional<Calibration> earlier(ForestInput kept, int count) throws IOException {
    Optional<Calibration> measured = Calibration.read(kept.source(), kept.index());
    return measured.flatMap(calibration -> calibration.after(count, count - kept.staying()));
  }

  private Calibration measure() throws IOException {
    List<MissCurve> curves = new ArrayList<>();
    for (int i = 0; i < WANTED.length; i++) {
      curves.add(measure(WANTED[i], sample(SAMPLES[i])));
      options.monitor().progress("calibrate", i + 1, WANTED.length);
    }
    return new Calibration(items.count(), 0, curves);
  }

  /** Some items, spread evenly over the ordinals. */
  private int[] sample(int size) {
    int[] sample = new int[size];
    int slots = items.layout().slots();
    for (int i = 0; i < size; i++) {
      int ordinal = (int) ((2L * i + 1) * slots / (2L * size));
      if (occupied != null) {
        int next = occupied.nextSetBit(ordinal);
        ordinal = next < slots ? next : occupied.prevSetBit(ordinal);
      }
      sample[i] = ordinal;
    }
    return sample;
  }

  private MissCurve measure(int k, int[] sample) throws IOException {
    // An item finds itself, which says nothing.
    int wanted = k + 1;
    int budget = (int) Math.min(items.count(), TRUTH * Math.sqrt(items.count()));
    int[][] spent = new int[sample.length][];
    int[][] lost = new int[sample.length][];
    Parallel.run(
        options.executor(),
        sample.length,
        i -> {
          options.monitor().check();
          FoundItems found = new FoundItems();
          WalkTrace trace = searcher.trace(searcher.target(sample[i]), wanted, budget, found);
          int[] metWith = metWith(sample[i], found.nearest(wanted), k, trace);
          spent[i] = new int[EXPECTED.length];
          lost[i] = new int[EXPECTED.length];
          for (int point = 0; point < EXPECTED.length; point++) {
            int scored = trace.scoredUntil(EXPECTED[point]);
            spent[i][point] = scored;
            lost[i][point] = (int) Arrays.stream(metWith).filter(met -> met > scored).count();
          }
        });
    float[] missed = new float[EXPECTED.length];
    float[] effort = new float[EXPECTED.length];
    int points = 0;
    do {
      long allLost = 0;
      long allSpent = 0;
      for (int i = 0; i < sample.length; i++) {
        allLost += lost[i][points];
        allSpent += spent[i][points];
      }
      missed[points] = allLost / (float) (k * sample.length);
      effort[points] = allSpent / (float) sample.length;
      points++;
    } while (points < EXPECTED.length && missed[points - 1] > ENOUGH);
    return new MissCurve(
        k,
        Arrays.copyOf(EXPECTED, points),
        Arrays.copyOf(missed, points),
        Arrays.copyOf(effort, points));
  }

  /**
   * How many items a walk had scored when it met each of the k nearest but the item itself, which
   * need not be among them where several are equal.
   */
  private static int[] metWith(int self, int[] nearest, int k, WalkTrace trace) throws IOException {
    int[] met = new int[k];
    int others = 0;
    for (int i = 0; i < nearest.length && others < k; i++) {
      if (nearest[i] != self) {
        met[others++] = trace.scoredWith(nearest[i]);
      }
    }
    return Arrays.copyOf(met, others);
  }
}
