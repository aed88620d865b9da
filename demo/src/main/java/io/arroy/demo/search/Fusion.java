package io.arroy.demo.search;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;

/**
 * One ranking out of two by reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): a document
 * scores the sum of 1 / (60 + its rank) over the rankings it is in. Only ranks count, so scores of
 * different kinds need no common scale.
 */
public final class Fusion {
  private static final int RANK_CONSTANT = 60;

  private final TopDocs text;
  private final TopDocs vector;

  /** Fuses what a text search and a vector search found. */
  public Fusion(TopDocs text, TopDocs vector) {
    this.text = text;
    this.vector = vector;
  }

  /** The best of both. */
  public TopDocs top(int k) {
    return TopDocs.rrf(k, RANK_CONSTANT, new TopDocs[] {text, vector});
  }

  /** A document's rank by text, from 1, or 0 where the text search did not find it. */
  public int textRank(int doc) {
    return rank(text, doc);
  }

  /** A document's rank by vector, from 1, or 0 where the vector search did not find it. */
  public int vectorRank(int doc) {
    return rank(vector, doc);
  }

  private static int rank(TopDocs found, int doc) {
    List<ScoreDoc> docs = List.of(found.scoreDocs);
    return IntStream.range(0, docs.size())
            .filter(i -> docs.get(i).doc == doc)
            .findFirst()
            .orElse(-1)
        + 1;
  }
}
