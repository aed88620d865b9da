package io.arroy.forest.distance;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Loops on the Vector API. Tails shorter than a vector are done one by one. */
final class SimdFloatKernels extends FloatKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  @Override
  public float dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= length - 2 * LANES; i += 2 * LANES) {
      sum0 = array(a, aFrom + i).fma(array(b, bFrom + i), sum0);
      sum1 = array(a, aFrom + i + LANES).fma(array(b, bFrom + i + LANES), sum1);
    }
    if (i <= length - LANES) {
      sum0 = array(a, aFrom + i).fma(array(b, bFrom + i), sum0);
      i += LANES;
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; i < length; i++) {
      sum += a[aFrom + i] * b[bFrom + i];
    }
    return sum;
  }

  @Override
  public float dot(float[] query, MemorySegment stored, long offset) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= query.length - 2 * LANES; i += 2 * LANES) {
      long at = offset + 4L * i;
      sum0 = array(query, i).fma(stored(stored, at), sum0);
      sum1 = array(query, i + LANES).fma(stored(stored, at + 4L * LANES), sum1);
    }
    if (i <= query.length - LANES) {
      sum0 = array(query, i).fma(stored(stored, offset + 4L * i), sum0);
      i += LANES;
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; i < query.length; i++) {
      sum += query[i] * stored.get(Layouts.FLOAT, offset + 4L * i);
    }
    return sum;
  }

  @Override
  public float squaredNorm(MemorySegment stored, long offset, int dimension) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= dimension - LANES; i += LANES) {
      FloatVector x = stored(stored, offset + 4L * i);
      sums = x.fma(x, sums);
    }
    float sum = Lanes.sum(sums);
    for (; i < dimension; i++) {
      float x = stored.get(Layouts.FLOAT, offset + 4L * i);
      sum += x * x;
    }
    return sum;
  }

  @Override
  public float squaredDistance(float[] query, MemorySegment stored, long offset) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= query.length - 2 * LANES; i += 2 * LANES) {
      long at = offset + 4L * i;
      FloatVector d0 = array(query, i).sub(stored(stored, at));
      FloatVector d1 = array(query, i + LANES).sub(stored(stored, at + 4L * LANES));
      sum0 = d0.fma(d0, sum0);
      sum1 = d1.fma(d1, sum1);
    }
    if (i <= query.length - LANES) {
      FloatVector d = array(query, i).sub(stored(stored, offset + 4L * i));
      sum0 = d.fma(d, sum0);
      i += LANES;
    }
    float sum = Lanes.sum(sum0.add(sum1));
    for (; i < query.length; i++) {
      float d = query[i] - stored.get(Layouts.FLOAT, offset + 4L * i);
      sum += d * d;
    }
    return sum;
  }

  @Override
  public float manhattan(float[] query, MemorySegment stored, long offset) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= query.length - LANES; i += LANES) {
      sums = sums.add(array(query, i).sub(stored(stored, offset + 4L * i)).abs());
    }
    float sum = Lanes.sum(sums);
    for (; i < query.length; i++) {
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
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    int i = 0;
    for (; i <= query.length - 2 * LANES; i += 2 * LANES) {
      long at = 4L * i;
      FloatVector q = array(query, i);
      a0 = q.fma(stored(a, at), a0);
      b0 = q.fma(stored(b, at), b0);
      c0 = q.fma(stored(c, at), c0);
      d0 = q.fma(stored(d, at), d0);
      q = array(query, i + LANES);
      a1 = q.fma(stored(a, at + 4L * LANES), a1);
      b1 = q.fma(stored(b, at + 4L * LANES), b1);
      c1 = q.fma(stored(c, at + 4L * LANES), c1);
      d1 = q.fma(stored(d, at + 4L * LANES), d1);
    }
    if (i <= query.length - LANES) {
      long at = 4L * i;
      FloatVector q = array(query, i);
      a0 = q.fma(stored(a, at), a0);
      b0 = q.fma(stored(b, at), b0);
      c0 = q.fma(stored(c, at), c0);
      d0 = q.fma(stored(d, at), d0);
      i += LANES;
    }
    out[from] = Lanes.sum(a0.add(a1));
    out[from + 1] = Lanes.sum(b0.add(b1));
    out[from + 2] = Lanes.sum(c0.add(c1));
    out[from + 3] = Lanes.sum(d0.add(d1));
    for (; i < query.length; i++) {
      out[from] += query[i] * a.get(Layouts.FLOAT, 4L * i);
      out[from + 1] += query[i] * b.get(Layouts.FLOAT, 4L * i);
      out[from + 2] += query[i] * c.get(Layouts.FLOAT, 4L * i);
      out[from + 3] += query[i] * d.get(Layouts.FLOAT, 4L * i);
    }
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
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    int i = 0;
    for (; i <= query.length - 2 * LANES; i += 2 * LANES) {
      long at = 4L * i;
      FloatVector q = array(query, i);
      FloatVector x = q.sub(stored(a, at));
      a0 = x.fma(x, a0);
      x = q.sub(stored(b, at));
      b0 = x.fma(x, b0);
      x = q.sub(stored(c, at));
      c0 = x.fma(x, c0);
      x = q.sub(stored(d, at));
      d0 = x.fma(x, d0);
      q = array(query, i + LANES);
      x = q.sub(stored(a, at + 4L * LANES));
      a1 = x.fma(x, a1);
      x = q.sub(stored(b, at + 4L * LANES));
      b1 = x.fma(x, b1);
      x = q.sub(stored(c, at + 4L * LANES));
      c1 = x.fma(x, c1);
      x = q.sub(stored(d, at + 4L * LANES));
      d1 = x.fma(x, d1);
    }
    if (i <= query.length - LANES) {
      long at = 4L * i;
      FloatVector q = array(query, i);
      FloatVector x = q.sub(stored(a, at));
      a0 = x.fma(x, a0);
      x = q.sub(stored(b, at));
      b0 = x.fma(x, b0);
      x = q.sub(stored(c, at));
      c0 = x.fma(x, c0);
      x = q.sub(stored(d, at));
      d0 = x.fma(x, d0);
      i += LANES;
    }
    out[from] = Lanes.sum(a0.add(a1));
    out[from + 1] = Lanes.sum(b0.add(b1));
    out[from + 2] = Lanes.sum(c0.add(c1));
    out[from + 3] = Lanes.sum(d0.add(d1));
    for (; i < query.length; i++) {
      float x0 = query[i] - a.get(Layouts.FLOAT, 4L * i);
      out[from] += x0 * x0;
      float x1 = query[i] - b.get(Layouts.FLOAT, 4L * i);
      out[from + 1] += x1 * x1;
      float x2 = query[i] - c.get(Layouts.FLOAT, 4L * i);
      out[from + 2] += x2 * x2;
      float x3 = query[i] - d.get(Layouts.FLOAT, 4L * i);
      out[from + 3] += x3 * x3;
    }
  }

  @Override
  public void add(float[] sum, int from, float[] x, int xFrom, float scale, int length) {
    int i = 0;
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    for (; i <= length - LANES; i += LANES) {
      array(x, xFrom + i).fma(factor, array(sum, from + i)).intoArray(sum, from + i);
    }
    for (; i < length; i++) {
      sum[from + i] += scale * x[xFrom + i];
    }
  }

  @Override
  public void moments(float[] x, int length, float shift, float[] out) {
    FloatVector sums = FloatVector.zero(SPECIES);
    FloatVector squares = sums;
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      FloatVector d = array(x, i).sub(shift);
      sums = sums.add(d);
      squares = d.fma(d, squares);
    }
    out[0] = Lanes.sum(sums);
    out[1] = Lanes.sum(squares);
    for (; i < length; i++) {
      float d = x[i] - shift;
      out[0] += d;
      out[1] += d * d;
    }
  }

  private static FloatVector array(float[] x, int from) {
    return FloatVector.fromArray(SPECIES, x, from);
  }

  private static FloatVector stored(MemorySegment x, long offset) {
    return FloatVector.fromMemorySegment(SPECIES, x, offset, LITTLE_ENDIAN);
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
    int step = 2 * LANES;
    for (int c = 0; c < columnCount; c += step) {
      boolean two = c + step <= columnCount;
      int r = 0;
      for (; two && r + 6 <= rowCount; r += 6) {
        block(rows, r, matrix, from + c, dimension, out, r * columnCount + c, columnCount);
      }
      int vectors = two ? 2 : (columnCount - c) / LANES;
      for (; r < rowCount; r++) {
        for (int v = 0; v < vectors; v++) {
          int column = c + v * LANES;
          FloatVector sum = FloatVector.zero(SPECIES);
          for (int d = 0; d < dimension; d++) {
            sum =
                array(matrix, from + d * columnCount + column)
                    .fma(FloatVector.broadcast(SPECIES, rows[r * dimension + d]), sum);
          }
          sum.intoArray(out, r * columnCount + column);
        }
      }
    }
  }

  /** Six rows by two vectors of columns: twelve sums in registers, nothing to add across lanes. */
  private static void block(
      float[] rows,
      int row,
      float[] matrix,
      int column,
      int dimension,
      float[] out,
      int at,
      int outStride) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    int r0 = row * dimension;
    int r1 = r0 + dimension;
    int r2 = r1 + dimension;
    int r3 = r2 + dimension;
    int r4 = r3 + dimension;
    int r5 = r4 + dimension;
    for (int d = 0; d < dimension; d++) {
      FloatVector c0 = array(matrix, column + d * outStride);
      FloatVector c1 = array(matrix, column + d * outStride + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, rows[r0 + d]);
      s00 = x.fma(c0, s00);
      s01 = x.fma(c1, s01);
      x = FloatVector.broadcast(SPECIES, rows[r1 + d]);
      s10 = x.fma(c0, s10);
      s11 = x.fma(c1, s11);
      x = FloatVector.broadcast(SPECIES, rows[r2 + d]);
      s20 = x.fma(c0, s20);
      s21 = x.fma(c1, s21);
      x = FloatVector.broadcast(SPECIES, rows[r3 + d]);
      s30 = x.fma(c0, s30);
      s31 = x.fma(c1, s31);
      x = FloatVector.broadcast(SPECIES, rows[r4 + d]);
      s40 = x.fma(c0, s40);
      s41 = x.fma(c1, s41);
      x = FloatVector.broadcast(SPECIES, rows[r5 + d]);
      s50 = x.fma(c0, s50);
      s51 = x.fma(c1, s51);
    }
    store(s00, s01, out, at);
    store(s10, s11, out, at + outStride);
    store(s20, s21, out, at + 2 * outStride);
    store(s30, s31, out, at + 3 * outStride);
    store(s40, s41, out, at + 4 * outStride);
    store(s50, s51, out, at + 5 * outStride);
  }

  private static void store(FloatVector first, FloatVector second, float[] out, int at) {
    first.intoArray(out, at);
    second.intoArray(out, at + LANES);
  }

  @Override
  public void hadamard(float[] x, int from, int width) {
    Butterflies.transform(x, from, width);
  }
}
