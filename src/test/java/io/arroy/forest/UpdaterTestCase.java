package io.arroy.forest;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.JnrThreads;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** What tests of {@link IndexUpdater} share. */
@ThreadLeakFilters(filters = JnrThreads.class)
abstract class UpdaterTestCase extends RandomizedTest {
  static final BuildOptions OPTIONS = BuildOptions.DEFAULT.withForestFrom(50).withLeafSize(8);

  static IndexDescription floats(int index, int dimension) {
    return new IndexDescription(index, Distance.EUCLIDEAN, ElementType.FLOAT32, dimension);
  }

  Path file() throws IOException {
    return newTempDir().resolve("index.mdb");
  }

  static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian() + random.nextInt(3) * 4;
    }
    return vector;
  }
}
