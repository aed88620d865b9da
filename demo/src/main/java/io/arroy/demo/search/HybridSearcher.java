package io.arroy.demo.search;

import io.arroy.demo.filter.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.QueryBuilder;

/** Searches an index by text and by vector, each under a filter. */
public final class HybridSearcher {
  private final IndexSearcher searcher;
  private final Analyzer analyzer = new EnglishAnalyzer();

  /** Searches what this reader sees. */
  public HybridSearcher(IndexReader reader) {
    searcher = new IndexSearcher(reader);
    // Repeated measurements shall evaluate their filters each time, not find them in a cache.
    searcher.setQueryCache(null);
  }

  /** The entries whose words fit the text best, by BM25. */
  public TopDocs byText(String text, Filter filter, int k) throws IOException {
    Query words = new QueryBuilder(analyzer).createBooleanQuery(Fields.TEXT, text, Occur.SHOULD);
    if (words == null) {
      words = new MatchNoDocsQuery("no word to look for");
    }
    Query accepted = filter.query();
    if (accepted == null) {
      return searcher.search(words, k);
    }
    return searcher.search(
        new BooleanQuery.Builder().add(words, Occur.MUST).add(accepted, Occur.FILTER).build(), k);
  }

  /** The entries whose vectors are nearest, as far as the index finds them. */
  public TopDocs byVector(float[] vector, Filter filter, int k, VectorSearch search)
      throws IOException {
    return searcher.search(search.query(vector, k, filter.query()), k);
  }

  /** Looks up what to show of documents. */
  public List<Hit> hits(TopDocs found, int limit) throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < Math.min(limit, found.scoreDocs.length); i++) {
      int doc = found.scoreDocs[i].doc;
      Document stored = searcher.storedFields().document(doc);
      hits.add(
          new Hit(
              doc,
              row(doc),
              found.scoreDocs[i].score,
              stored.get(Fields.TITLE),
              stored.get(Fields.BRIEF)));
    }
    return hits;
  }

  /** The rows of documents in the data. */
  public int[] rows(TopDocs found) throws IOException {
    int[] rows = new int[found.scoreDocs.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(found.scoreDocs[i].doc);
    }
    return rows;
  }

  private int row(int doc) throws IOException {
    List<LeafReaderContext> leaves = searcher.getLeafContexts();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    NumericDocValues rows = leaf.reader().getNumericDocValues(Fields.ROW);
    if (rows == null || !rows.advanceExact(doc - leaf.docBase)) {
      throw new IllegalStateException("document " + doc + " has no row");
    }
    return Math.toIntExact(rows.longValue());
  }
}
