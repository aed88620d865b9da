package io.arroy.benchmarks.peer;

import io.arroy.forest.ForestIndex;
import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.ForestParameters;
import io.arroy.lucene.ForestSearchStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.Codec;

/** This project's format, with its defaults or with another leaf size. */
public final class ForestPeer implements Peer {

  /** The label of the setting that is none. */
  public static final String DEFAULT = "default";

  private static final int[] BUDGETS = {
    100, 200, 400, 700, 1200, 2000, 3500, 6000, 10_000, 18_000, 32_000, 60_000, 100_000, 200_000
  };

  private static final float[] RECALLS = {.8f, .9f, .98f, .99f};

  private final String name;
  private final ForestParameters parameters;

  private ForestPeer(String name, ForestParameters parameters) {
    this.name = name;
    this.parameters = parameters;
  }

  /** With its defaults. */
  public static ForestPeer withDefaults() {
    return new ForestPeer(Peers.OURS, ForestParameters.DEFAULT);
  }

  /**
   * With another leaf size.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  static ForestPeer withLeafSize(int leafSize) {
    ForestParameters parameters = ForestParameters.DEFAULT.withLeafSize(leafSize);
    return new ForestPeer(Peers.OURS + leafSize, parameters);
  }

  /** What it writes with. */
  ForestParameters parameters() {
    return parameters;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Codec codec() {
    return new ArroyCodec(parameters);
  }

  /** The same, with the threads of a pool. */
  public Codec codec(Executor executor) {
    return new ArroyCodec(parameters, executor);
  }

  @Override
  public String buildVersion() {
    return CodeVersion.of(ArroyCodec.class) + "-" + CodeVersion.of(ForestIndex.class);
  }

  @Override
  public List<Setting> sweep(int k, int size) {
    List<Setting> settings = new ArrayList<>();
    budgets(k, size).mapToObj(ForestPeer::budget).forEach(settings::add);
    for (float target : RECALLS) {
      settings.add(recall(target));
    }
    settings.add(unset());
    return settings;
  }

  /** Budgets worth measuring when {@code k} of {@code size} vectors are wanted, ascending. */
  public static IntStream budgets(int k, int size) {
    return IntStream.of(BUDGETS).filter(budget -> budget >= 2 * k && budget <= size);
  }

  @Override
  public List<FilteredVariant> filteredVariants(int k) {
    return List.of(new FilteredVariant(name(), unset()));
  }

  private static Setting unset() {
    return new KnnSetting(DEFAULT, 1, 0, ForestSearchStrategy.DEFAULT);
  }

  private static Setting recall(float target) {
    String label = DEFAULT + "-recall" + target;
    return new KnnSetting(label, 1, 0, ForestSearchStrategy.targetRecall(target));
  }

  private static Setting budget(int searchK) {
    return new KnnSetting("budget" + searchK, 1, 0, ForestSearchStrategy.budget(searchK));
  }
}
