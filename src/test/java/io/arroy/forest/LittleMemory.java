package io.arroy.forest;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.Environment;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.WriteTransaction;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A process that builds a live index of more vectors than it may hold, then replaces a part of them
 * and builds again. For each build it prints how many bytes it held at the most that belong to no
 * file, beside what it held before. Where its heap is touched when it starts, these lie outside it.
 */
final class LittleMemory {
  private static final int INDEX = 3;
  private static final int DIRECTIONS = 10;
  private static final BuildOptions OPTIONS = BuildOptions.DEFAULT.withForestFrom(1000);

  /** Bytes of vectors that are put in one transaction. */
  private static final long PUT = 1 << 20;

  private final IndexDescription description;
  private final float[][] directions = new float[DIRECTIONS][];

  LittleMemory(int dimension) {
    description = new IndexDescription(INDEX, Distance.EUCLIDEAN, ElementType.FLOAT32, dimension);
    Random random = new Random(dimension);
    for (int i = 0; i < DIRECTIONS; i++) {
      directions[i] = gaussian(random, new float[dimension], 1);
    }
  }

  IndexDescription description() {
    return description;
  }

  /** The vector that an item has at first, or after it was replaced. */
  float[] vector(int id, boolean replaced) {
    Random random = new Random(2L * id + (replaced ? 1 : 0));
    float[] vector = gaussian(random, new float[description.dimension()], .2f);
    for (float[] direction : directions) {
      float along = (float) random.nextGaussian();
      for (int i = 0; i < vector.length; i++) {
        vector[i] += along * direction[i];
      }
    }
    return vector;
  }

  private static float[] gaussian(Random random, float[] around, float spread) {
    for (int i = 0; i < around.length; i++) {
      around[i] += spread * (float) random.nextGaussian();
    }
    return around;
  }

  /** Whether an item is replaced before the second build: items in all blocks are. */
  static boolean isReplaced(int id) {
    return id % 4 == 1;
  }

  /** Arguments: the file, number of items, dimension, bytes that a build may hold. */
  public static void main(String[] args) throws Exception {
    int items = Integer.parseInt(args[1]);
    long memory = Long.parseLong(args[3]);
    LittleMemory index = new LittleMemory(Integer.parseInt(args[2]));
    try (Environment environment = Environment.open(Path.of(args[0]))) {
      for (boolean replaced : new boolean[] {false, true}) {
        index.put(environment, items, replaced);
        try (Peak peak = new Peak()) {
          IndexUpdater.build(environment, INDEX, OPTIONS, memory);
          System.out.println(peak.bytes());
        }
      }
    }
  }

  private void put(Environment environment, int items, boolean replaced) throws IOException {
    int each = Math.toIntExact(Math.max(1, PUT / description.vectorBytes()));
    for (int from = 0; from < items; from += each) {
      try (WriteTransaction transaction = environment.write()) {
        IndexUpdater updater = IndexUpdater.create(description, transaction);
        for (int id = from; id < Math.min(items, from + each); id++) {
          if (!replaced || isReplaced(id)) {
            updater.put(id, vector(id, replaced));
          }
        }
        transaction.commit();
      }
    }
  }

  /** Looks all the time what the process holds, beside what it held at first. */
  private static final class Peak implements AutoCloseable {
    private final long first = anonymous();
    private final Thread thread = new Thread(this::look, "peak");
    private volatile long most = first;
    private volatile boolean ended;

    Peak() throws IOException {
      thread.start();
    }

    private void look() {
      try {
        while (!ended) {
          most = Math.max(most, anonymous());
          Thread.sleep(1);
        }
      } catch (IOException | InterruptedException e) {
        most = Long.MAX_VALUE;
      }
    }

    long bytes() throws InterruptedException {
      ended = true;
      thread.join();
      return most - first;
    }

    @Override
    public void close() {
      ended = true;
    }

    private static long anonymous() throws IOException {
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
        String line = lines.filter(l -> l.startsWith("RssAnon:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
  }
}
