package io.arroy.benchmarks.generate;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.DatasetFolder;
import io.arroy.cli.vectors.ElementKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;
import org.junit.Test;

/** Generated sets: the same from the same seed, and what was asked for. */
public class TestDatasetWriter extends RandomizedTest {

  private static MixtureParameters parameters(Latent latent, double imbalance, long seed) {
    return new MixtureParameters(20, 4, 9, imbalance, .8, .3, .2, latent, true, seed);
  }

  private Path write(MixtureParameters parameters, ElementKind kind, int count, int threads)
      throws IOException {
    Path folder = newTempDir();
    new DatasetWriter(folder, parameters, threads).write(count, kind, "cosine", 10, 3);
    return folder;
  }

  @Test
  public void sameBytesWhateverTheThreads() throws IOException {
    MixtureParameters parameters =
        parameters(randomFrom(Latent.values()), randomBoolean() ? 0 : 1, randomLong());
    ElementKind kind = randomFrom(List.of(ElementKind.FLOAT32, ElementKind.FLOAT16));
    int count = randomIntBetween(1, 3000);
    Path one = write(parameters, kind, count, 1);
    Path three = write(parameters, kind, count, 3);
    String base = kind == ElementKind.FLOAT32 ? "base.f32" : "base.f16";
    for (String file :
        List.of(base, "queries.f32", "queries.jsonl", "groundtruth.ivecs", "base.meta.json")) {
      assertEquals(file, -1, Files.mismatch(one.resolve(file), three.resolve(file)));
    }
  }

  @Test
  public void bytesNeverChange() throws IOException {
    // Whoever reports a figure on a generated set names only its options.
    float[] point = new float[4];
    new Mixture(new MixtureParameters(4, 2, 3, 1, .8, .3, .2, Latent.LAPLACE, false, 7))
        .point(Mixture.Stream.BASE, 5, point);
    assertEquals(
        "[-0.25726414, 0.15266338, 0.38658595, -0.90526533]", java.util.Arrays.toString(point));
  }

  @Test
  public void otherSeedsGiveOtherPoints() throws IOException {
    Path one = write(parameters(Latent.GAUSSIAN, 1, 1), ElementKind.FLOAT32, 10, 1);
    Path two = write(parameters(Latent.GAUSSIAN, 1, 2), ElementKind.FLOAT32, 10, 1);
    assertNotEquals(-1, Files.mismatch(one.resolve("base.f32"), two.resolve("base.f32")));
  }

  @Test
  public void opensAsADataset() throws IOException {
    Dataset data =
        DatasetFolder.open(
            write(parameters(Latent.UNIFORM, 1, 3), ElementKind.FLOAT32, 700, 2), 0, null);
    assertEquals(700, data.base().size());
    assertEquals(VectorSimilarityFunction.COSINE, data.similarity());
    assertEquals(10, data.queries().size());
    assertEquals(100, data.truth().count(0));
    assertEquals("held-out", data.kinds().get(6));
    assertEquals("out-of-distribution", data.kinds().get(7));
    for (float[] vector : data.base().toArrays()) {
      assertEquals(1, VectorUtil.dotProduct(vector, vector), 1e-5);
    }
  }

  @Test
  public void impossibleShapes() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new MixtureParameters(4, 5, 3, 1, .8, .3, .2, Latent.LAPLACE, true, 7));
    assertThrows(
        IllegalArgumentException.class,
        () -> new MixtureParameters(4, 2, 3, -1, .8, .3, .2, Latent.LAPLACE, true, 7));
  }

  @Test
  public void intrinsicDimension() {
    // In d dimensions, the n-th nearest of evenly spread points lies at the d-th root of n.
    double[] distances = new double[1000];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Math.pow(i + 1, 1. / 5);
    }
    assertEquals(5, IntrinsicDimension.estimate(distances), .2);
    assertFalse(Double.isFinite(IntrinsicDimension.estimate(new double[] {1, 1, 1})));
  }
}
