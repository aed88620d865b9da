package io.arroy.cli.vectors;

/** Vectors of one length, numbered from 0, that stay on disk until they are read. */
public interface VectorSource {

  /** How many vectors there are. */
  int size();

  /** How many elements each has. */
  int dimension();

  /** A reader for one thread. */
  Reader reader();

  /** Reads vectors; keeps a buffer of its own, so each thread needs its own reader. */
  interface Reader {
    /** Copies vector {@code row}, as floats, to {@code target} from {@code offset} on. */
    void read(int row, float[] target, int offset);
  }

  /** The first {@code count} vectors; this source itself if it has no more. */
  default VectorSource head(int count) {
    if (count >= size()) {
      return this;
    }
    VectorSource whole = this;
    return new VectorSource() {
      @Override
      public int size() {
        return count;
      }

      @Override
      public int dimension() {
        return whole.dimension();
      }

      @Override
      public Reader reader() {
        return whole.reader();
      }
    };
  }

  /** All vectors on the heap: for queries, not for what they are asked of. */
  default float[][] toArrays() {
    float[][] vectors = new float[size()][dimension()];
    Reader reader = reader();
    for (int row = 0; row < vectors.length; row++) {
      reader.read(row, vectors[row], 0);
    }
    return vectors;
  }
}
