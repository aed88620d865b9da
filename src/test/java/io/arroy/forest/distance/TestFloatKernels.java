package io.arroy.forest.distance;

import static org.junit.Assert.assertEquals;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.Test;

/** Both kernels against double-precision sums, at every alignment and tail length. */
public class TestFloatKernels extends RandomizedTest {
  private static final FloatKernels[] KERNELS = {new SimdFloatKernels(), new ScalarFloatKernels()};

  @Test
  @Repeat(iterations = 20)
  public void agreeWithDoublePrecision() {
    int dimension = randomIntBetween(1, 200);
    float[] a = vector(dimension);
    float[] b = vector(dimension);
    int offset = randomIntBetween(0, 19);
    MemorySegment stored = MemorySegment.ofArray(new byte[offset + 4 * dimension]);
    var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    double dot = 0;
    double squared = 0;
    double absolute = 0;
    double norm = 0;
    for (int i = 0; i < dimension; i++) {
      stored.set(layout, offset + 4L * i, b[i]);
      dot += (double) a[i] * b[i];
      squared += Math.pow((double) a[i] - b[i], 2);
      absolute += Math.abs((double) a[i] - b[i]);
      norm += (double) b[i] * b[i];
    }
    for (FloatKernels kernels : KERNELS) {
      assertEquals(dot, kernels.dot(a, 0, b, 0, dimension), 1e-4);
      assertEquals(dot, kernels.dot(a, stored, offset), 1e-4);
      assertEquals(squared, kernels.squaredDistance(a, stored, offset), 1e-3);
      assertEquals(absolute, kernels.manhattan(a, stored, offset), 1e-3);
      assertEquals(norm, kernels.squaredNorm(stored, offset, dimension), 1e-3);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void fourAtOnceGiveWhatOneByOneGives() {
    int dimension = randomIntBetween(1, 200);
    float[] query = vector(dimension);
    var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    MemorySegment[] stored = new MemorySegment[4];
    for (int i = 0; i < 4; i++) {
      stored[i] = MemorySegment.ofArray(new byte[i + 4 * dimension]).asSlice(i);
      MemorySegment.copy(vector(dimension), 0, stored[i], layout, 0, dimension);
    }
    for (FloatKernels kernels : KERNELS) {
      float[] dots = new float[7];
      float[] squares = new float[7];
      kernels.dots(query, stored[0], stored[1], stored[2], stored[3], dots, 2);
      kernels.squaredDistances(query, stored[0], stored[1], stored[2], stored[3], squares, 2);
      for (int i = 0; i < 4; i++) {
        assertEquals(kernels.dot(query, stored[i], 0), dots[2 + i], 0);
        assertEquals(kernels.squaredDistance(query, stored[i], 0), squares[2 + i], 0);
      }
      assertEquals(0, dots[1] + dots[6] + squares[1] + squares[6], 0);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void matrixProductHoldsEveryPair() {
    int dimension = randomIntBetween(1, 40);
    int rows = randomIntBetween(0, 20);
    int columns = 16 * randomIntBetween(1, 4);
    int skip = randomIntBetween(0, 3);
    float[] r = vector(rows * dimension);
    float[] m = vector(skip + columns * dimension);
    for (FloatKernels kernels : KERNELS) {
      float[] out = new float[rows * columns];
      kernels.multiply(r, rows, m, skip, columns, dimension, out);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double expected = 0;
          for (int d = 0; d < dimension; d++) {
            expected += (double) r[i * dimension + d] * m[skip + d * columns + j];
          }
          assertEquals(expected, out[i * columns + j], 1e-4);
        }
      }
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void momentsAreThoseOfTheFirstValues() {
    float[] x = vector(randomIntBetween(1, 100));
    int length = randomIntBetween(0, x.length);
    float shift = getRandom().nextFloat();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < length; i++) {
      sum += x[i] - shift;
      squares += (x[i] - shift) * (x[i] - shift);
    }
    for (FloatKernels kernels : KERNELS) {
      float[] out = new float[2];
      kernels.moments(x, length, shift, out);
      assertEquals(sum, out[0], 1e-3);
      assertEquals(squares, out[1], 1e-3);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void hadamardSumsWithTheSignsOfSharedBits() {
    int width = 32 << randomIntBetween(0, 4);
    int from = randomIntBetween(0, 40);
    float[] x = vector(from + width + randomIntBetween(0, 40));
    for (FloatKernels kernels : KERNELS) {
      float[] transformed = x.clone();
      kernels.hadamard(transformed, from, width);
      for (int i = 0; i < x.length; i++) {
        double expected = 0;
        if (i < from || i >= from + width) {
          expected = x[i];
        } else {
          for (int j = 0; j < width; j++) {
            expected += Integer.bitCount((i - from) & j) % 2 == 0 ? x[from + j] : -x[from + j];
          }
        }
        assertEquals(expected, transformed[i], 1e-3);
      }
    }
  }

  @Test
  public void addScalesAndStaysInItsRange() {
    int length = randomIntBetween(1, 70);
    float[] x = vector(length + 3);
    for (FloatKernels kernels : KERNELS) {
      float[] sum = new float[length + 5];
      kernels.add(sum, 2, x, 3, 2f, length);
      for (int i = 0; i < sum.length; i++) {
        float expected = i < 2 || i >= length + 2 ? 0 : 2 * x[i + 1];
        assertEquals(expected, sum[i], 1e-6);
      }
    }
  }

  private static float[] vector(int length) {
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = randomFloat() * 2 - 1;
    }
    return x;
  }
}
