package io.arroy.forest.inspect;

import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.distance.Layouts;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import org.apache.lucene.util.FixedBitSet;

/**
 * Checks ids and vectors: ids ascend, every slot is free or has its place in the order of ids,
 * values are finite, the longest vector is as recorded. Vectors in free slots mean nothing.
 */
final class ItemsCheck {
  /** How far a squared length may be from the recorded one: sums depend on the processor. */
  private static final float TOLERANCE = 1e-3f;

  private final BlockSource source;
  private final ItemsHeader items;
  private final int dimension;

  ItemsCheck(BlockSource source, ItemsHeader items) {
    this.source = source;
    this.items = items;
    this.dimension = items.description().dimension();
  }

  void run() throws IOException {
    Ids.open(source, items).check();
    checkVectors();
  }

  private void checkVectors() throws IOException {
    Vectors.Cursor vectors = Vectors.open(source, items).cursor();
    FixedBitSet occupied = Ids.open(source, items).occupied();
    float[] vector = new float[dimension];
    float longest = 0;
    for (int ordinal = 0; ordinal < items.layout().slots(); ordinal++) {
      if (occupied == null || occupied.get(ordinal)) {
        load(vectors, ordinal, vector);
        checkFinite(ordinal, vector);
        longest = Math.max(longest, FloatKernels.BEST.dot(vector, 0, vector, 0, dimension));
      }
    }
    longest = Math.min(longest, Float.MAX_VALUE);
    float tolerance = TOLERANCE * longest;
    float difference = longest - items.maxSquaredNorm();
    // The longest vector may have been deleted since, of a packed one before it was rewritten.
    boolean limits = items.description().distance() == Distance.DOT_PRODUCT;
    float most = limits ? ItemsHeader.MOST_ABOVE_LONGEST * longest : longest;
    boolean loose = items.isPacked() && items.maxSquaredNorm() > most + tolerance;
    if (difference > tolerance || loose) {
      throw corrupt(
          "the largest squared length of a vector is "
              + longest
              + ", recorded is "
              + items.maxSquaredNorm());
    }
  }

  private void load(Vectors.Cursor vectors, int ordinal, float[] vector) throws IOException {
    if (items.description().elementType() == ElementType.BYTE) {
      byte[] bytes = new byte[dimension];
      vectors.get(ordinal, bytes);
      for (int i = 0; i < dimension; i++) {
        vector[i] = bytes[i];
      }
      return;
    }
    vectors.get(ordinal, vector);
    if (items.description().elementType() == ElementType.BIT && dimension % 64 != 0) {
      long last = vectors.get(ordinal).get(Layouts.LONG, 8L * (dimension / 64));
      if (last >>> (dimension % 64) != 0) {
        throw corrupt("the vector of ordinal " + ordinal + " has bits past its last element");
      }
    }
  }

  private void checkFinite(int ordinal, float[] vector) throws CorruptEnvironmentException {
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(vector[i])) {
        throw corrupt("the vector of ordinal " + ordinal + " holds " + vector[i] + " at " + i);
      }
    }
  }

  private CorruptEnvironmentException corrupt(String what) {
    return new CorruptEnvironmentException("index " + items.description().index() + ": " + what);
  }
}
