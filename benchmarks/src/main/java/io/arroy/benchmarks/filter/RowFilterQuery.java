package io.arroy.benchmarks.filter;

import io.arroy.benchmarks.index.OpenIndex;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FilterDocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/**
 * Matches documents known in advance, so that what is measured is the search under a filter and not
 * the filter.
 */
public final class RowFilterQuery extends Query {

  private final FixedBitSet[] leaves;
  private final int[] counts;
  private final boolean asIterator;

  /**
   * Matches those documents of {@code index} whose rows are in {@code rows}.
   *
   * @param asIterator whether Lucene is to see nothing but an iterator, as from most queries, of
   *     which it makes a bitset each time; otherwise it sees a bitset, as from its query cache
   */
  public RowFilterQuery(OpenIndex index, FixedBitSet rows, boolean asIterator) {
    this.asIterator = asIterator;
    var contexts = index.searcher().getIndexReader().leaves();
    leaves = new FixedBitSet[contexts.size()];
    counts = new int[leaves.length];
    for (LeafReaderContext context : contexts) {
      FixedBitSet docs = new FixedBitSet(context.reader().maxDoc());
      for (int doc = 0; doc < docs.length(); doc++) {
        if (rows.get(index.row(context.docBase + doc))) {
          docs.set(doc);
        }
      }
      leaves[context.ord] = docs;
      counts[context.ord] = docs.cardinality();
    }
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) {
        int count = counts[context.ord];
        if (count == 0) {
          return null;
        }
        BitSetIterator bits = new BitSetIterator(leaves[context.ord], count);
        DocIdSetIterator docs = asIterator ? new Plain(bits) : bits;
        return new ScorerSupplier() {
          @Override
          public Scorer get(long leadCost) {
            return new ConstantScoreScorer(score(), scoreMode, docs);
          }

          @Override
          public long cost() {
            return count;
          }
        };
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        return false;
      }
    };
  }

  /** Hides what it iterates over. */
  private static final class Plain extends FilterDocIdSetIterator {
    Plain(DocIdSetIterator docs) {
      super(docs);
    }
  }

  @Override
  public String toString(String field) {
    return "RowFilterQuery";
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
