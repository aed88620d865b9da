package io.arroy.lucene;

import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/** How accepted documents become accepted ordinals, and what of them is read for that. */
public class TestAcceptedOrdinals extends ArroyTestCase {
  private static final int DOCS = 1000;

  /** Documents that are accepted, and how often it was asked for each of them. */
  private static final class Counting extends AcceptDocs {
    private final FixedBitSet docs = new FixedBitSet(DOCS);
    private int asked;

    @Override
    public Bits bits() {
      return new Bits() {
        @Override
        public boolean get(int index) {
          asked++;
          return docs.get(index);
        }

        @Override
        public int length() {
          return DOCS;
        }
      };
    }

    @Override
    public DocIdSetIterator iterator() {
      return new BitSetIterator(docs, cost());
    }

    @Override
    public int cost() {
      return docs.cardinality();
    }
  }

  /** Few documents are gone through, whether each has a vector or not; many are asked later. */
  public void testFewAreGoneThrough() throws IOException {
    for (int every = 1; every <= 2; every++) {
      try (Directory directory = newDirectory()) {
        index(directory, every);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          LeafReader leaf = getOnlyLeafReader(reader);
          VectorField field = reader(leaf, "v").fieldOrNull("v");
          for (int share : new int[] {50, 3}) {
            Counting accepted = new Counting();
            int count = 0;
            for (int doc = 0; doc < DOCS; doc += share) {
              accepted.docs.set(doc);
              count += doc % every == 0 ? 1 : 0;
            }
            AcceptedOrdinals ordinals = AcceptedOrdinals.of(accepted, field.index().ids());
            assertEquals(0, accepted.asked);
            if (share == 50) {
              assertEquals(count, ordinals.count());
            }
            assertTrue(ordinals.most() >= count);
            for (int ordinal = 0; ordinal < field.index().size(); ordinal++) {
              int doc = ordinal * every;
              assertEquals(accepted.docs.get(doc), ordinals.accepts(ordinal));
            }
            assertEquals(share == 50 ? 0 : field.index().size(), accepted.asked);
          }
        }
      }
    }
  }

  /** Every so many documents have a vector. */
  private static void index(Directory directory, int every) throws IOException {
    // One flush: ordinals are those of the documents as they come.
    IndexWriterConfig config = new IndexWriterConfig().setCodec(ourCodec(ForestParameters.DEFAULT));
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int doc = 0; doc < DOCS; doc++) {
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(doc), Field.Store.NO));
        if (doc % every == 0) {
          float[] vector = randomVector(8, VectorSimilarityFunction.EUCLIDEAN);
          document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.EUCLIDEAN));
        }
        writer.addDocument(document);
      }
    }
  }
}
