package io.arroy.forest.distance;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Plain loops, for a JVM that runs without the vector module. */
final class ScalarFloatKernels extends FloatKernels {

  @Override
  public float dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
    float even = 0;
    float odd = 0;
    int i = 0;
    for (; i + 1 < length; i += 2) {
      even += a[aFrom + i] * b[bFrom + i];
      odd += a[aFrom + i + 1] * b[bFrom + i + 1];
    }
    return i < length ? even + odd + a[aFrom + i] * b[bFrom + i] : even + odd;
  }

  @Override
  public float dot(float[] query, MemorySegment stored, long offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += query[i] * stored.get(Layouts.FLOAT, offset + 4L * i);
    }
    return sum;
  }

  @Override
  public float squaredNorm(MemorySegment stored, long offset, int dimension) {
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      float x = stored.get(Layouts.FLOAT, offset + 4L * i);
      sum += x * x;
    }
    return sum;
  }

  @Override
  public float squaredDistance(float[] query, MemorySegment stored, long offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      float difference = query[i] - stored.get(Layouts.FLOAT, offset + 4L * i);
      sum += difference * difference;
    }
    return sum;
  }

  @Override
  public float manhattan(float[] query, MemorySegment stored, long offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += Math.abs(query[i] - stored.get(Layouts.FLOAT, offset + 4L * i));
    }
    return sum;
  }

  @Override
  public void dots(
      float[] query,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      float[] out,
      int from) {
    out[from] = dot(query, a, 0);
    out[from + 1] = dot(query, b, 0);
    out[from + 2] = dot(query, c, 0);
    out[from + 3] = dot(query, d, 0);
  }

  @Override
  public void squaredDistances(
      float[] query,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      float[] out,
      int from) {
    out[from] = squaredDistance(query, a, 0);
    out[from + 1] = squaredDistance(query, b, 0);
    out[from + 2] = squaredDistance(query, c, 0);
    out[from + 3] = squaredDistance(query, d, 0);
  }

  @Override
  public void add(float[] sum, int from, float[] x, int xFrom, float scale, int length) {
    for (int i = 0; i < length; i++) {
      sum[from + i] += scale * x[xFrom + i];
    }
  }

  @Override
  public void multiply(
      float[] rows,
      int rowCount,
      float[] matrix,
      int from,
      int columnCount,
      int dimension,
      float[] out) {
    for (int r = 0; r < rowCount; r++) {
      int to = r * columnCount;
      Arrays.fill(out, to, to + columnCount, 0);
      for (int d = 0; d < dimension; d++) {
        add(out, to, matrix, from + d * columnCount, rows[r * dimension + d], columnCount);
      }
    }
  }

  @Override
  public void moments(float[] x, int length, float shift, float[] out) {
    float sum = 0;
    float squares = 0;
    for (int i = 0; i < length; i++) {
      float d = x[i] - shift;
      sum += d;
      squares += d * d;
    }
    out[0] = sum;
    out[1] = squares;
  }

  @Override
  public void hadamard(float[] x, int from, int width) {
    for (int half = 1; half < width; half <<= 1) {
      for (int start = from; start < from + width; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          float a = x[i];
          float b = x[i + half];
          x[i] = a + b;
          x[i + half] = a - b;
        }
      }
    }
  }
}
