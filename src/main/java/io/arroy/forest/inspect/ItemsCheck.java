package io.arroy.forest.inspect;

import io.arroy.forest.distance.ElementType;
import io.arroy.forest.distance.FloatKernels;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import java.io.IOException;

/** Checks ids and vectors: ids ascend, values are finite, the longest vector is as recorded. */
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
    checkIds();
    checkVectors();
  }

  private void checkIds() throws IOException {
    Ids.Cursor ids = Ids.open(source, items).cursor();
    int last = -1;
    for (int ordinal = 0; ordinal < items.count(); ordinal++) {
      int id = ids.id(ordinal);
      if (id <= last) {
        throw corrupt("ordinal " + ordinal + " has id " + id + " after id " + last);
      }
      last = id;
    }
  }

  private void checkVectors() throws IOException {
    Vectors.Cursor vectors = Vectors.open(source, items).cursor();
    float[] vector = new float[dimension];
    byte[] bytes = new byte[dimension];
    float longest = 0;
    for (int ordinal = 0; ordinal < items.count(); ordinal++) {
      if (items.description().elementType() == ElementType.BYTE) {
        vectors.get(ordinal, bytes);
        for (int i = 0; i < dimension; i++) {
          vector[i] = bytes[i];
        }
      } else {
        vectors.get(ordinal, vector);
      }
      checkFinite(ordinal, vector);
      longest = Math.max(longest, FloatKernels.BEST.dot(vector, 0, vector, 0, dimension));
    }
    longest = Math.min(longest, Float.MAX_VALUE);
    if (Math.abs(longest - items.maxSquaredNorm()) > TOLERANCE * longest) {
      throw corrupt(
          "the largest squared length of a vector is "
              + longest
              + ", recorded is "
              + items.maxSquaredNorm());
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
