package io.arroy.forest;

import static org.junit.Assert.assertTrue;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.search.SearchOptions;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.util.Bits;

/** Test items: vectors of floats (of whole numbers, where the index holds bytes). */
public final class Items {
  private final IndexDescription description;
  private final List<float[]> vectors;
  private final boolean dense;

  private Items(IndexDescription description, List<float[]> vectors, boolean dense) {
    this.description = description;
    this.vectors = vectors;
    this.dense = dense;
  }

  /** Items of any kind, count, dimension and distance. */
  public static Items random(Random random) {
    if (random.nextInt(4) == 0) {
      return degenerate(random);
    }
    IndexDescription description = anyDescription(random);
    int count = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(3000);
    return new Items(description, clusters(random, count, description), random.nextBoolean());
  }

  /** Items of floats around a few centres, with ordinals for ids. */
  public static Items clustered(Random random, int count, int dimension, Distance distance) {
    IndexDescription description =
        new IndexDescription(0, distance, ElementType.FLOAT32, dimension);
    return new Items(description, clusters(random, count, description), true);
  }

  /** The same around so many centres. */
  public static Items clustered(
      Random random, int count, int dimension, Distance distance, int centres) {
    IndexDescription description =
        new IndexDescription(0, distance, ElementType.FLOAT32, dimension);
    return new Items(description, clusters(random, count, description, centres), true);
  }

  /** The like of an index of bits. */
  public static Items clusteredBits(Random random, int count, int dimension, Distance distance) {
    IndexDescription description = new IndexDescription(0, distance, ElementType.BIT, dimension);
    return new Items(description, clusters(random, count, description), true);
  }

  /** Equal, zero, constant, collinear, huge, tiny or mostly equal items. */
  public static Items degenerate(Random random) {
    IndexDescription description = anyDescription(random);
    int count = random.nextInt(600);
    int kind = random.nextInt(7);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[description.dimension()];
      for (int d = 0; d < vector.length; d++) {
        switch (kind) {
          case 0 -> vector[d] = 0;
          case 1 -> vector[d] = d % 5;
          case 2 -> vector[d] = i % 100;
          case 3 -> vector[d] = i == 17 ? 9 : 3;
          case 4 -> vector[d] = random.nextInt(2);
          case 5 -> vector[d] = i % 3 == 0 ? 0 : d;
          default -> vector[d] = (i % 2) * 100;
        }
        if (description.elementType() == ElementType.BYTE) {
          vector[d] = (byte) vector[d];
        } else if (kind == 6) {
          vector[d] *= 1e16f;
        }
      }
      vectors.add(vector);
    }
    return new Items(description, vectors, random.nextBoolean());
  }

  private static IndexDescription anyDescription(Random random) {
    Distance distance = Distance.values()[random.nextInt(4)];
    ElementType type = ElementType.values()[random.nextInt(3)];
    return new IndexDescription(
        random.nextInt(65_536),
        distance,
        type,
        random.nextInt(5) == 0 ? 1 : 1 + random.nextInt(random.nextInt(4) == 0 ? 130 : 40));
  }

  private static List<float[]> clusters(Random random, int count, IndexDescription description) {
    return clusters(random, count, description, 1 + random.nextInt(20));
  }

  private static List<float[]> clusters(
      Random random, int count, IndexDescription description, int centreCount) {
    int dimension = description.dimension();
    float scale = description.elementType() == ElementType.BYTE ? 40 : 1;
    float[][] centres = new float[centreCount][dimension];
    for (float[] centre : centres) {
      for (int d = 0; d < dimension; d++) {
        centre[d] = (float) random.nextGaussian() * scale;
      }
    }
    List<float[]> vectors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] centre = centres[random.nextInt(centres.length)];
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        float value = centre[d] + (float) random.nextGaussian() * scale * 0.4f;
        vector[d] =
            description.elementType() == ElementType.BYTE
                ? Math.max(-128, Math.min(127, Math.round(value)))
                : value;
      }
      vectors.add(vector);
    }
    return vectors;
  }

  /** What the index is. */
  public IndexDescription description() {
    return description;
  }

  /** Number of items. */
  public int size() {
    return vectors.size();
  }

  /** The vector of an item, not to be changed. */
  public float[] vector(int ordinal) {
    return vectors.get(ordinal);
  }

  /** Puts another vector in an item's place. */
  public void replace(int ordinal, float[] vector) {
    vectors.set(ordinal, vector);
  }

  /**
   * These items without some and with others among them.
   *
   * @param share of the items that go, about
   * @param added items that come
   * @param ordinals gets the new ordinal of each of these items, -1 for those that go
   */
  public Items changed(Random random, float share, int added, int[] ordinals) {
    List<float[]> coming = clusters(random, added, description);
    List<float[]> next = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      if (!coming.isEmpty() && random.nextInt(vectors.size() - i) < coming.size()) {
        next.add(coming.removeLast());
      }
      ordinals[i] = random.nextFloat() < share ? -1 : next.size();
      if (ordinals[i] >= 0) {
        next.add(vectors.get(i));
      }
    }
    next.addAll(coming);
    return new Items(description, next, dense);
  }

  /** Stores the items and builds their forest. */
  public HeapBlocks build(BuildOptions options) throws IOException {
    return build(options, List.of());
  }

  /** The same on three threads besides the caller's. */
  public HeapBlocks buildOnThreads(BuildOptions options, List<ForestInput> inputs)
      throws IOException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      return build(options.withExecutor(pool), inputs);
    } finally {
      pool.shutdown();
      assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
    }
  }

  /** The same, going on with the forest of an earlier index. */
  public HeapBlocks build(BuildOptions options, List<ForestInput> inputs) throws IOException {
    HeapBlocks blocks = new HeapBlocks();
    ItemWriter writer = new ItemWriter(description, blocks);
    for (int i = 0; i < vectors.size(); i++) {
      int id = dense ? i : 3 * i + 1;
      if (description.elementType() == ElementType.BYTE) {
        writer.add(id, bytes(vectors.get(i)));
      } else {
        writer.add(id, vectors.get(i));
      }
    }
    writer.finish();
    new ForestBuilder(options).build(description, inputs, blocks, blocks);
    return blocks;
  }

  /** A query that fits the index. */
  public float[] randomQuery(Random random) {
    return clusters(random, 1, description).get(0);
  }

  /** A query beside one of the items. */
  public float[] queryNearItem(Random random) {
    float[] query = vectors.get(random.nextInt(vectors.size())).clone();
    for (int d = 0; d < query.length; d++) {
      query[d] += (float) random.nextGaussian() * 0.2f;
    }
    return query;
  }

  /** Searches with a query of this index's kind. */
  public TopHits search(ForestIndex index, float[] query, SearchOptions options)
      throws IOException {
    TopHits hits = new TopHits();
    if (description.elementType() == ElementType.BYTE) {
      index.search(bytes(query), options, hits);
    } else {
      index.search(query, options, hits);
    }
    return hits;
  }

  /** The proximities of the nearest accepted items, the nearest first. */
  public List<Float> exact(float[] query, int k, Bits accepted) {
    List<Float> all = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      if (accepted == null || accepted.get(i)) {
        all.add(proximity(query, i));
      }
    }
    all.sort(Collections.reverseOrder());
    return all.subList(0, Math.min(k, all.size()));
  }

  /** The proximity of each item. */
  public float[] proximities(float[] query) {
    float[] proximities = new float[vectors.size()];
    for (int i = 0; i < proximities.length; i++) {
      proximities[i] = proximity(query, i);
    }
    return proximities;
  }

  private float proximity(float[] query, int ordinal) {
    float[] vector = vectors.get(ordinal);
    return description.elementType() == ElementType.BYTE
        ? description.distance().proximity(bytes(query), bytes(vector))
        : description.distance().proximity(signs(query), signs(vector));
  }

  /** The vector as the index keeps it. */
  private float[] signs(float[] vector) {
    if (description.elementType() != ElementType.BIT) {
      return vector;
    }
    float[] signs = new float[vector.length];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = vector[i] < 0 ? -1 : 1;
    }
    return signs;
  }

  /** The vector of an index of bytes. */
  public static byte[] bytes(float[] vector) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) vector[i];
    }
    return bytes;
  }
}
