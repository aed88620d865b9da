package io.arroy.lucene.torture;

import io.arroy.lucene.ArroyCodec;
import io.arroy.lucene.ArroyVectorsFormat;
import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/**
 * Documents whose vectors follow from their number, so that every process can tell whether what it
 * reads is right. All have a vector in field {@code all}; some have floats, some have bytes.
 */
final class Documents {
  static final int DIMENSION = 16;

  /** So many that there are codes by ordinal. */
  private static final int WIDE = 72;

  /** Wide vectors lie around so many points, as codes tell them apart then. */
  private static final int CLUSTERS = 31;

  private Documents() {}

  static Document of(int number) {
    Document document = new Document();
    document.add(new StringField("id", Integer.toString(number), Field.Store.YES));
    document.add(
        new KnnFloatVectorField("all", floats(number), VectorSimilarityFunction.EUCLIDEAN));
    if (hasFloats(number)) {
      document.add(new KnnFloatVectorField("f", wide(number), VectorSimilarityFunction.COSINE));
    }
    if (hasBytes(number)) {
      document.add(
          new KnnByteVectorField("b", bytes(number), VectorSimilarityFunction.DOT_PRODUCT));
    }
    return document;
  }

  static boolean hasFloats(int number) {
    return number % 5 != 0;
  }

  static boolean hasBytes(int number) {
    return number % 3 != 0;
  }

  static float[] floats(int number) {
    return floats(number, DIMENSION);
  }

  static float[] wide(int number) {
    float[] vector = floats(number, WIDE);
    float[] center = floats(-1 - number % CLUSTERS, WIDE);
    for (int i = 0; i < WIDE; i++) {
      vector[i] = center[i] + .5f * vector[i];
    }
    return vector;
  }

  private static float[] floats(int number, int dimension) {
    Random random = new Random(number * 0x9E3779B97F4A7C15L);
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  static byte[] bytes(int number) {
    byte[] vector = new byte[DIMENSION];
    new Random(~number * 0x9E3779B97F4A7C15L).nextBytes(vector);
    return vector;
  }

  /** {@link ArroyCodec}, or a codec that knows nothing of the format it is given. */
  static Codec codec(boolean ours, ForestParameters parameters) {
    Codec codec = new ArroyCodec(parameters);
    return ours ? codec : new ForeignCodec(parameters);
  }

  /** Lucene's own codec but for its vectors; segments are read by the default codec's name. */
  private static final class ForeignCodec extends FilterCodec {
    private final KnnVectorsFormat vectors;

    ForeignCodec(ForestParameters parameters) {
      super(Codec.getDefault().getName(), Codec.getDefault());
      vectors =
          new org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat() {
            private final KnnVectorsFormat format = new ArroyVectorsFormat(parameters);

            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
              return format;
            }
          };
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
      return vectors;
    }
  }

  /**
   * Reads all live documents and their vectors.
   *
   * @return their numbers
   * @throws AssertionError if a vector is not the document's, or is missing
   */
  static Set<Integer> check(IndexReader reader) throws IOException {
    Set<Integer> numbers = new TreeSet<>();
    for (LeafReaderContext context : reader.leaves()) {
      LeafReader leaf = context.reader();
      Bits live = leaf.getLiveDocs();
      int[] numberOf = new int[leaf.maxDoc()];
      int floats = 0;
      int bytes = 0;
      for (int doc = 0; doc < numberOf.length; doc++) {
        numberOf[doc] = Integer.parseInt(leaf.storedFields().document(doc).get("id"));
        if (live == null || live.get(doc)) {
          numbers.add(numberOf[doc]);
          floats += hasFloats(numberOf[doc]) ? 1 : 0;
          bytes += hasBytes(numberOf[doc]) ? 1 : 0;
        }
      }
      same(leaf.numDocs(), checkFloats(leaf.getFloatVectorValues("all"), numberOf, live), "all");
      same(floats, checkFloats(leaf.getFloatVectorValues("f"), numberOf, live), "f");
      same(bytes, checkBytes(leaf.getByteVectorValues("b"), numberOf, live), "b");
    }
    return numbers;
  }

  private static int checkFloats(FloatVectorValues values, int[] numberOf, Bits live)
      throws IOException {
    int count = 0;
    DocIndexIterator docs = values == null ? null : values.iterator();
    while (docs != null && docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      if (live == null || live.get(docs.docID())) {
        int number = numberOf[docs.docID()];
        float[] expected = values.dimension() == WIDE ? wide(number) : floats(number);
        if (!Arrays.equals(expected, values.vectorValue(docs.index()))) {
          throw new AssertionError("floats of " + number + " are wrong");
        }
        count++;
      }
    }
    return count;
  }

  private static int checkBytes(ByteVectorValues values, int[] numberOf, Bits live)
      throws IOException {
    int count = 0;
    DocIndexIterator docs = values == null ? null : values.iterator();
    while (docs != null && docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      if (live == null || live.get(docs.docID())) {
        int number = numberOf[docs.docID()];
        if (!Arrays.equals(bytes(number), values.vectorValue(docs.index()))) {
          throw new AssertionError("bytes of " + number + " are wrong");
        }
        count++;
      }
    }
    return count;
  }

  private static void same(int expected, int actual, String field) {
    if (expected != actual) {
      throw new AssertionError(actual + " vectors in field " + field + ", expected " + expected);
    }
  }
}
