package io.arroy.forest.quantize;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.distance.Layouts;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.Test;

/** Rotation, encoder and both kernels. */
public class TestCodes extends RandomizedTest {
  @Test
  @Repeat(iterations = 20)
  public void rotationKeepsDotProducts() {
    int dimension = randomIntBetween(1, 300);
    Rotation rotation = new Rotation(dimension);
    assertEquals(0, rotation.dimension() % 32);
    float[] a = Arrays.copyOf(gaussian(dimension), rotation.dimension());
    float[] b = Arrays.copyOf(gaussian(dimension), rotation.dimension());
    double before = dot(a, b);
    rotation.rotate(a);
    rotation.rotate(b);
    assertEquals(before, dot(a, b), 1e-3 * Math.max(1, Math.sqrt(dot(a, a) * dot(b, b))));
  }

  @Test
  public void rotationSpreadsOneCoordinate() {
    Rotation rotation = new Rotation(384);
    float[] x = new float[384];
    x[randomIntBetween(0, 383)] = 1;
    rotation.rotate(x);
    for (float value : x) {
      assertTrue("largest coordinate " + value, Math.abs(value) < 0.35f);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void kernelsAgree() {
    // Above 2,048 the sums of a code are taken in several parts.
    int dimension = rarely() ? randomIntBetween(2000, 9000) : randomIntBetween(1, 200);
    Rotation rotation = new Rotation(dimension);
    int points = randomIntBetween(1, 60);
    int slots = CodeLayout.slots(points);
    MemorySegment run =
        MemorySegment.ofArray(new byte[slots * CodeLayout.slotBytes(rotation.dimension())]);
    Encoder encoder = new Encoder(rotation, randomBoolean());
    encoder.centroid(gaussian(dimension), 0, dimension);
    for (int i = 0; i < points; i++) {
      encoder.encode(i, gaussian(dimension), 0, dimension, run, slots, i);
    }
    QueryCode query = new QueryCode(rotation, gaussian(dimension));
    float[] simd = new float[slots];
    float[] scalar = new float[slots];
    int from = randomBoolean() ? 0 : slots - CodeLayout.PAD;
    new SimdCodeKernels().estimate(query, 3, run, slots, from, slots, simd);
    new ScalarCodeKernels().estimate(query, 3, run, slots, from, slots, scalar);
    assertArrayEquals(scalar, simd, 1e-4f * dimension + 1e-2f);
  }

  @Test
  @Repeat(iterations = 20)
  public void aCopiedCodeEstimatesTheSame() {
    int dimension = randomIntBetween(1, 200);
    Rotation rotation = new Rotation(dimension);
    int slotBytes = CodeLayout.slotBytes(rotation.dimension());
    int slots = CodeLayout.slots(randomIntBetween(1, 60));
    MemorySegment run = MemorySegment.ofArray(new byte[slots * slotBytes]);
    Encoder encoder = new Encoder(rotation, randomBoolean());
    for (int slot = 0; slot < slots; slot++) {
      encoder.encode(slot, gaussian(dimension), 0, dimension, run, slots, slot);
    }
    int copySlots = CodeLayout.slots(randomIntBetween(1, 60));
    MemorySegment copy = MemorySegment.ofArray(new byte[copySlots * slotBytes]);
    int from = randomIntBetween(0, slots - 1);
    int to = randomIntBetween(0, copySlots - 1);
    CodeLayout.copy(7, run, slots, from, copy, copySlots, to, slotBytes);
    assertEquals(7, copy.getAtIndex(Layouts.INT, to));
    QueryCode query = new QueryCode(rotation, gaussian(dimension));
    float[] before = new float[slots];
    float[] after = new float[copySlots];
    CodeKernels.BEST.estimate(query, 1, run, slots, 0, slots, before);
    CodeKernels.BEST.estimate(query, 1, copy, copySlots, 0, copySlots, after);
    assertEquals(before[from], after[to], 0);
  }

  @Test
  @Repeat(iterations = 20)
  public void signsAgree() {
    int dimension = 32 * randomIntBetween(1, 10);
    float[] point = gaussian(dimension);
    float[] centroid = randomBoolean() ? point.clone() : gaussian(dimension);
    float[] simd = new float[CodeKernels.PARTS];
    float[] scalar = new float[CodeKernels.PARTS];
    int[] simdWords = new int[dimension / 32];
    int[] scalarWords = new int[dimension / 32];
    new SimdCodeKernels().signs(point, centroid, simd, simdWords);
    new ScalarCodeKernels().signs(point, centroid, scalar, scalarWords);
    assertArrayEquals(scalarWords, simdWords);
    assertArrayEquals(scalar, simd, 1e-2f);
  }

  /** Over many points the errors of unbiased estimates cancel. */
  @Test
  public void estimatesAreUnbiasedAndClose() {
    int dimension = 256;
    boolean halfNorm = randomBoolean();
    Rotation rotation = new Rotation(dimension);
    float[] centroid = gaussian(dimension);
    float[] query = gaussian(dimension);
    int points = 800;
    MemorySegment run =
        MemorySegment.ofArray(new byte[points * CodeLayout.slotBytes(rotation.dimension())]);
    Encoder encoder = new Encoder(rotation, halfNorm);
    encoder.centroid(centroid, 0, dimension);
    float[][] all = new float[points][];
    for (int i = 0; i < points; i++) {
      all[i] = gaussian(dimension);
      for (int d = 0; d < dimension; d++) {
        all[i][d] = centroid[d] + 0.3f * all[i][d];
      }
      encoder.encode(i, all[i], 0, dimension, run, points, i);
    }
    float[] estimates = new float[points];
    float base = (float) dot(query, centroid);
    QueryCode code = new QueryCode(rotation, query);
    CodeKernels.BEST.estimate(code, base, run, points, 0, points, estimates);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < points; i++) {
      double exact = dot(query, all[i]) - (halfNorm ? dot(all[i], all[i]) / 2 : 0);
      sum += estimates[i] - exact;
      squares += Math.pow(estimates[i] - exact, 2);
    }
    // Expected error of one estimate: |q - c| |r| times about .76 over the root of the dimension.
    double deviation = Math.sqrt(squares / points);
    assertTrue("deviation " + deviation, deviation < 8);
    assertTrue("bias " + sum / points, Math.abs(sum / points) < 1);
  }

  /** Codes by themselves say the same as those of a run, and how far off they are. */
  @Test
  @Repeat(iterations = 10)
  public void scanCodesEstimateAsRunsDo() {
    int dimension = randomIntBetween(64, 300);
    boolean halfNorm = randomBoolean();
    Rotation rotation = new Rotation(dimension);
    float[] center = gaussian(dimension);
    float[] query = gaussian(dimension);
    int points = 16 * randomIntBetween(20, 40);
    MemorySegment run =
        MemorySegment.ofArray(new byte[points * CodeLayout.slotBytes(rotation.dimension())]);
    int bytes = ScanCode.bytes(rotation.dimension());
    MemorySegment codes = MemorySegment.ofArray(new byte[points * bytes]);
    Encoder encoder = new Encoder(rotation, halfNorm);
    encoder.centroid(center, 0, dimension);
    float[] estimates = new float[points];
    ScanQuery scan = new ScanQuery(rotation, query, center);
    double squares = 0;
    double expected = 0;
    for (int i = 0; i < points; i++) {
      float[] point = gaussian(dimension);
      encoder.encode(i, point, 0, dimension, run, points, i);
      encoder.encode(point, 0, dimension, codes, (long) i * bytes);
      double exact = dot(query, point) - (halfNorm ? dot(point, point) / 2 : 0);
      squares += Math.pow(scan.estimate(codes, (long) i * bytes) - exact, 2);
      expected += Math.pow(scan.deviation(codes, (long) i * bytes), 2);
    }
    float base = (float) dot(query, center);
    CodeKernels.BEST.estimate(
        new QueryCode(rotation, query), base, run, points, 0, points, estimates);
    for (int i = 0; i < points; i++) {
      float estimate = scan.estimate(codes, (long) i * bytes);
      assertEquals(estimates[i], estimate, 1e-3 * Math.max(1, Math.abs(estimate)));
    }
    double ratio = Math.sqrt(squares / expected);
    assertTrue("errors " + ratio + " times as large as told", ratio > .6 && ratio < 1.6);
  }

  private static float[] gaussian(int length) {
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) getRandom().nextGaussian();
    }
    return x;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
