package io.arroy.lucene;

import io.arroy.forest.store.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/**
 * Which ordinals a search may find.
 *
 * @param bits over the ordinals, perhaps longer; null for all. Not to be changed: it may be the
 *     query cache's own
 * @param count about how many it accepts, as exactly as that is known
 * @param most how many it accepts at the most
 */
record AcceptedOrdinals(Bits bits, int count, int most) {
  /** Up to this part of the vectors, accepted documents are translated one by one beforehand. */
  private static final int SPARSE_PART = 8;

  /** Translates accepted documents. Uses them in the calling thread only. */
  static AcceptedOrdinals of(AcceptDocs docs, Ids ids) throws IOException {
    int size = ids.size();
    int cost = docs.cost();
    Bits bits = docs.bits();
    if (bits == null) {
      return new AcceptedOrdinals(null, size, size);
    }
    boolean many = cost > size / SPARSE_PART;
    // Few are gone through: bits alone, of any other kind, would have to be asked one by one.
    if (ids.dense() && (many || bits instanceof BitSet)) {
      return of(bits, cost, size);
    }
    if (many) {
      return of(new TranslatedBits(bits, ids), cost, size);
    }
    FixedBitSet accepted = new FixedBitSet(size);
    Ids.Cursor cursor = ids.cursor();
    DocIdSetIterator iterator = docs.iterator();
    int count = 0;
    int ordinal = 0;
    int doc = iterator.nextDoc();
    while (doc != DocIdSetIterator.NO_MORE_DOCS) {
      ordinal = cursor.advance(doc, ordinal);
      if (ordinal == size) {
        break;
      }
      int id = cursor.id(ordinal);
      if (id == doc) {
        accepted.set(ordinal);
        count++;
        doc = iterator.nextDoc();
      } else {
        doc = iterator.advance(id);
      }
    }
    return new AcceptedOrdinals(accepted, count, count);
  }

  private static AcceptedOrdinals of(Bits ordinals, int cost, int size) {
    int most = Math.min(cost, size);
    int count = AcceptedCount.exact(ordinals, most, size);
    return count >= 0
        ? new AcceptedOrdinals(ordinals, count, count)
        : new AcceptedOrdinals(ordinals, AcceptedCount.estimate(ordinals, size), most);
  }

  /** How many to go by for so many hits: where these may be half of it, a guess will not do. */
  int countFor(int hits) {
    return hits >= count / 2 ? most : count;
  }

  boolean accepts(int ordinal) {
    return bits == null || bits.get(ordinal);
  }

  /** For the thread that searches. */
  private static final class TranslatedBits implements Bits {
    private final Bits docs;
    private final Ids.Cursor cursor;
    private final int size;

    TranslatedBits(Bits docs, Ids ids) {
      this.docs = docs;
      this.cursor = ids.cursor();
      this.size = ids.size();
    }

    @Override
    public boolean get(int ordinal) {
      try {
        return docs.get(cursor.id(ordinal));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int length() {
      return size;
    }
  }
}
