package io.arroy.forest.search;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.util.VectorUtil;

/** The exact proximity of one query to stored items. Belongs to one thread at a time. */
public abstract class Scorer {
  private Scorer() {}

  /**
   * A scorer for an index of floats or bits.
   *
   * @throws IllegalArgumentException if the query has the wrong dimension or a value that is not
   *     finite
   */
  public static Scorer of(IndexDescription description, Vectors vectors, float[] query) {
    for (int i = 0; i < query.length; i++) {
      if (!Float.isFinite(query[i])) {
        throw new IllegalArgumentException(
            "query for index "
                + description.index()
                + " holds "
                + query[i]
                + " at position "
                + i
                + ", values must be finite");
      }
    }
    description.checkQuery(ElementType.FLOAT32, query.length);
    return description.elementType() == ElementType.BIT
        ? new OfBits(description, vectors, query)
        : new OfFloats(description.distance(), vectors, query);
  }

  /**
   * A scorer for an index of bytes.
   *
   * @throws IllegalArgumentException if the query has the wrong dimension
   */
  public static Scorer of(IndexDescription description, Vectors vectors, byte[] query) {
    description.checkQuery(ElementType.BYTE, query.length);
    return new OfBytes(description.distance(), vectors, query);
  }

  /** The exact proximity of an item. */
  public abstract float proximity(int ordinal) throws IOException;

  /** The exact proximities of the first {@code count} of these items. */
  public void proximities(int[] ordinals, int count, float[] out) throws IOException {
    for (int i = 0; i < count; i++) {
      out[i] = proximity(ordinals[i]);
    }
  }

  private static final class OfFloats extends Scorer {
    private final Distance distance;
    private final Vectors.Cursor cursor;
    private final float[] query;
    private final double queryNorm;

    /** Whether reading one vector overwrites what was read of another. */
    private final boolean copies;

    @SuppressWarnings("UnusedVariable")
    private int touched;

    OfFloats(Distance distance, Vectors vectors, float[] query) {
      this.distance = distance;
      this.cursor = vectors.cursor();
      this.copies = vectors.copies();
      this.query = query.clone();
      this.queryNorm = Math.sqrt(FloatKernels.BEST.dot(query, 0, query, 0, query.length));
    }

    @Override
    public float proximity(int ordinal) throws IOException {
      MemorySegment stored = cursor.get(ordinal);
      return switch (distance) {
        case EUCLIDEAN -> -FloatKernels.BEST.squaredDistance(query, stored, 0);
        case MANHATTAN -> -FloatKernels.BEST.manhattan(query, stored, 0);
        case COSINE -> cosine(stored);
        case DOT_PRODUCT -> FloatKernels.BEST.dot(query, stored, 0);
      };
    }

    @Override
    public void proximities(int[] ordinals, int count, float[] out) throws IOException {
      int i = 0;
      touched += cursor.touch(ordinals, count);
      boolean euclidean = distance == Distance.EUCLIDEAN;
      if (!copies && (euclidean || distance == Distance.DOT_PRODUCT)) {
        for (; i + 4 <= count; i += 4) {
          four(ordinals, i, out);
        }
      }
      for (; i < count; i++) {
        out[i] = proximity(ordinals[i]);
      }
    }

    /** Four at once. */
    private void four(int[] ordinals, int at, float[] out) throws IOException {
      MemorySegment a = cursor.get(ordinals[at]);
      MemorySegment b = cursor.get(ordinals[at + 1]);
      MemorySegment c = cursor.get(ordinals[at + 2]);
      MemorySegment d = cursor.get(ordinals[at + 3]);
      if (distance == Distance.DOT_PRODUCT) {
        FloatKernels.BEST.dots(query, a, b, c, d, out, at);
        return;
      }
      FloatKernels.BEST.squaredDistances(query, a, b, c, d, out, at);
      for (int i = at; i < at + 4; i++) {
        out[i] = -out[i];
      }
    }

    private float cosine(MemorySegment stored) {
      double norms = queryNorm * Math.sqrt(FloatKernels.BEST.squaredNorm(stored, 0, query.length));
      return norms == 0 ? 0 : (float) (FloatKernels.BEST.dot(query, stored, 0) / norms);
    }
  }

  private static final class OfBits extends Scorer {
    private final IndexDescription description;
    private final Vectors.Cursor cursor;
    private final long[] query;

    OfBits(IndexDescription description, Vectors vectors, float[] query) {
      this.description = description;
      this.cursor = vectors.cursor();
      this.query = Signs.pack(query);
    }

    @Override
    public float proximity(int ordinal) throws IOException {
      int differing = Signs.differing(query, cursor.get(ordinal));
      return Signs.proximity(description.distance(), differing, description.dimension());
    }
  }

  private static final class OfBytes extends Scorer {
    private final Distance distance;
    private final Vectors.Cursor cursor;
    private final byte[] query;
    private final byte[] item;
    private final double queryNorm;

    OfBytes(Distance distance, Vectors vectors, byte[] query) {
      this.distance = distance;
      this.cursor = vectors.cursor();
      this.query = query.clone();
      this.item = new byte[query.length];
      this.queryNorm = Math.sqrt(VectorUtil.dotProduct(query, query));
    }

    @Override
    public float proximity(int ordinal) throws IOException {
      cursor.get(ordinal, item);
      if (distance != Distance.COSINE) {
        return distance.proximity(query, item);
      }
      double norms = queryNorm * Math.sqrt(VectorUtil.dotProduct(item, item));
      return norms == 0 ? 0 : (float) (VectorUtil.dotProduct(query, item) / norms);
    }
  }
}
