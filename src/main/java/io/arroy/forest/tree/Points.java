package io.arroy.forest.tree;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.distance.Signs;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ItemLayout;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.lucene.util.FixedBitSet;

/**
 * The items as points of the Euclidean space in which trees are built, chosen so that near points
 * are near items.
 *
 * <p>Cosine: vectors of length one. Dot product: one more dimension lifts all vectors to the length
 * of the longest, after which the nearest point has the largest dot product (Bachrach et al.,
 * "Speeding up the Xbox recommender system using a Euclidean transformation for inner-product
 * spaces", RecSys 2014). Euclidean and Manhattan: the vectors as they are.
 */
public final class Points {
  private final Vectors vectors;
  private final IndexDescription description;
  private final float maxSquaredNorm;
  private final int size;
  private final ItemLayout layout;

  /** The ordinals that have an item, or null for all. */
  private final FixedBitSet occupied;

  /**
   * The last coordinate of each point under dot product, NaN until someone needed it: any thread
   * comes to the same. Null for other distances.
   */
  private final float[] lifts;

  /** Where vectors are read from that are held there, or null. */
  private final PointCopies copies;

  private Points(ItemsHeader header, Vectors vectors, FixedBitSet occupied) {
    this.vectors = vectors;
    this.copies = null;
    this.description = header.description();
    this.maxSquaredNorm = header.maxSquaredNorm();
    this.size = header.count();
    this.layout = header.layout();
    this.occupied = occupied;
    this.lifts = description.distance() == Distance.DOT_PRODUCT ? new float[layout.slots()] : null;
    if (lifts != null) {
      Arrays.fill(lifts, Float.NaN);
    }
  }

  private Points(Points other, PointCopies copies) {
    this.vectors = other.vectors;
    this.description = other.description;
    this.maxSquaredNorm = other.maxSquaredNorm;
    this.size = other.size;
    this.layout = other.layout;
    this.occupied = other.occupied;
    this.lifts = other.lifts;
    this.copies = copies;
  }

  /** The same points, those read from copies that these hold when they are read. */
  Points with(PointCopies copies) {
    return new Points(this, copies);
  }

  /** The points of the items of an index. */
  public static Points open(BlockSource source, ItemsHeader header) throws IOException {
    FixedBitSet occupied = Ids.open(source, header).occupied();
    return new Points(header, Vectors.open(source, header), occupied);
  }

  /** Number of points. */
  public int size() {
    return size;
  }

  /** Bytes of a stored vector. */
  int vectorBytes() {
    return description.vectorBytes();
  }

  /** Where the items lie: its ordinals are those of the points. */
  ItemLayout layout() {
    return layout;
  }

  /** Whether an ordinal has a point. */
  boolean has(int ordinal) {
    return occupied == null || occupied.get(ordinal);
  }

  /** Writes the ordinals of the points to {@code into}, ascending. */
  void ordinals(int[] into) {
    int count = 0;
    for (int ordinal = 0; ordinal < layout.slots(); ordinal++) {
      if (has(ordinal)) {
        into[count++] = ordinal;
      }
    }
  }

  /** Coordinates of a point: the items' dimension, and one more for dot product. */
  public int dimension() {
    return dimension(description);
  }

  /** Coordinates of a point of this index. */
  public static int dimension(IndexDescription description) {
    return description.dimension() + (description.distance() == Distance.DOT_PRODUCT ? 1 : 0);
  }

  /**
   * Whether nearness is the dot product less half the point's squared length, as in Euclidean
   * space, or the dot product alone, as among points of equal length.
   */
  public boolean subtractsHalfNorm() {
    return subtractsHalfNorm(description.distance());
  }

  /** The same for a distance. */
  public static boolean subtractsHalfNorm(Distance distance) {
    return distance == Distance.EUCLIDEAN || distance == Distance.MANHATTAN;
  }

  /**
   * What ranks a centroid by its dot product with a query: half its squared length, to subtract,
   * where {@link #subtractsHalfNorm}, else the inverse of its length, to multiply by. The latter
   * because a centroid is shorter the more its points differ.
   */
  public static float measure(boolean subtractsHalfNorm, float squaredNorm) {
    if (subtractsHalfNorm) {
      return squaredNorm / 2;
    }
    return squaredNorm > 0 ? (float) (1 / Math.sqrt(squaredNorm)) : 0;
  }

  /** A new reader, for one thread at a time. */
  public Reader reader() {
    return new Reader();
  }

  /**
   * Turns a vector of the index into a query in the space of points: its dot product with a point
   * ranks as its proximity does, for Euclidean and Manhattan after half the point's squared length
   * is taken off.
   *
   * @param query values to change in place, the first {@code dimension} of them the vector; any
   *     further one becomes 0
   */
  public static void toQuery(IndexDescription description, float[] query) {
    int dimension = description.dimension();
    if (description.distance() == Distance.COSINE) {
      normalize(query, 0, dimension);
    } else if (description.distance() == Distance.DOT_PRODUCT) {
      query[dimension] = 0;
    }
  }

  private static void normalize(float[] x, int from, int length) {
    double squaredNorm = FloatKernels.BEST.dot(x, from, x, from, length);
    if (squaredNorm > 0 && squaredNorm < Double.POSITIVE_INFINITY) {
      float factor = (float) (1 / Math.sqrt(squaredNorm));
      for (int i = from; i < from + length; i++) {
        x[i] *= factor;
      }
    }
  }

  /** Reads points; belongs to one thread at a time. */
  public final class Reader {
    private final Vectors.Cursor cursor = vectors.cursor();

    private Reader() {}

    /** Writes a point to {@code into[at..]}. */
    public void load(int ordinal, float[] into, int at) throws IOException {
      int dimension = description.dimension();
      MemorySegment stored = stored(ordinal);
      if (description.elementType() == ElementType.BYTE) {
        for (int i = 0; i < dimension; i++) {
          into[at + i] = stored.get(ValueLayout.JAVA_BYTE, i);
        }
      } else if (description.elementType() == ElementType.BIT) {
        Signs.unpack(stored, dimension, into, at);
      } else {
        MemorySegment.copy(stored, Layouts.FLOAT, 0, into, at, dimension);
      }
      if (description.distance() == Distance.COSINE) {
        normalize(into, at, dimension);
      } else if (description.distance() == Distance.DOT_PRODUCT) {
        into[at + dimension] = lift(ordinal, into, at);
      }
    }

    /** A vector as it is stored, valid until the next call. */
    MemorySegment stored(int ordinal) throws IOException {
      MemorySegment copy = copies == null ? null : copies.get(ordinal);
      return copy == null ? cursor.get(ordinal) : copy;
    }

    private float lift(int ordinal, float[] vector, int at) {
      float lift = lifts[ordinal];
      if (Float.isNaN(lift)) {
        float squaredNorm = FloatKernels.BEST.dot(vector, at, vector, at, description.dimension());
        lift = (float) Math.sqrt(Math.max(0, maxSquaredNorm - squaredNorm));
        lifts[ordinal] = lift;
      }
      return lift;
    }
  }
}
