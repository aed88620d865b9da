package io.arroy.benchmarks.peer;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.VectorScorer;

/**
 * Orders hits by their exact vectors.
 *
 * <p>Lucene's {@code RescoreTopNQuery} copies and scores one vector at a time; this asks for the
 * same scores in bulk, straight off the mapped file, so that quantized rivals are shown at their
 * best.
 */
final class Reranker {

  private Reranker() {}

  /** The best {@code k} of {@code hits}. */
  static TopDocs rerank(IndexSearcher searcher, TopDocs hits, float[] target, int k)
      throws IOException {
    ScoreDoc[] byDoc = hits.scoreDocs.clone();
    Arrays.sort(byDoc, Comparator.comparingInt(hit -> hit.doc));
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
    int from = 0;
    for (LeafReaderContext leaf : leaves) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      int to = from;
      while (to < byDoc.length && byDoc[to].doc < end) {
        to++;
      }
      if (to > from) {
        score(leaf, byDoc, from, to, target, buffer);
      }
      from = to;
    }
    Arrays.sort(byDoc, (a, b) -> Float.compare(b.score, a.score));
    return new TopDocs(hits.totalHits, Arrays.copyOf(byDoc, Math.min(k, byDoc.length)));
  }

  private static void score(
      LeafReaderContext leaf,
      ScoreDoc[] hits,
      int from,
      int to,
      float[] target,
      DocAndFloatFeatureBuffer buffer)
      throws IOException {
    FloatVectorValues values = leaf.reader().getFloatVectorValues(Fields.VECTOR);
    VectorScorer.Bulk scorer = values.rescorer(target).bulk(new Hits(hits, from, to, leaf.docBase));
    int next = from;
    for (scorer.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
        buffer.size > 0;
        scorer.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer)) {
      for (int i = 0; i < buffer.size; i++) {
        hits[next++].score = buffer.features[i];
      }
    }
    if (next != to) {
      throw new IllegalStateException("scored " + (next - from) + " of " + (to - from) + " hits");
    }
  }

  /** Hits of one leaf, in document order. */
  private static final class Hits extends DocIdSetIterator {
    private final ScoreDoc[] hits;
    private final int from;
    private final int to;
    private final int docBase;
    private int position;

    Hits(ScoreDoc[] hits, int from, int to, int docBase) {
      this.hits = hits;
      this.from = from;
      this.to = to;
      this.docBase = docBase;
      this.position = from - 1;
    }

    @Override
    public int docID() {
      if (position < from) {
        return -1;
      }
      return position >= to ? NO_MORE_DOCS : hits[position].doc - docBase;
    }

    @Override
    public int nextDoc() {
      position++;
      return docID();
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public long cost() {
      return (long) to - from;
    }
  }
}
