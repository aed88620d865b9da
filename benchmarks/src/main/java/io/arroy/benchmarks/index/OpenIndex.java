package io.arroy.benchmarks.index;

import io.arroy.benchmarks.peer.Fields;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** An index that is searched, and which row of the data set each of its documents is. */
public final class OpenIndex implements Closeable {

  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final int[] rows;

  /** Opens the index in {@code folder}. */
  public OpenIndex(Path folder) throws IOException {
    directory = FSDirectory.open(folder);
    reader = DirectoryReader.open(directory);
    // No executor: a query runs in the thread that asks. No cache: every query does its own work.
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    rows = new int[reader.maxDoc()];
    for (LeafReaderContext leaf : reader.leaves()) {
      NumericDocValues values = leaf.reader().getNumericDocValues(Fields.ROW);
      while (values.nextDoc() != NumericDocValues.NO_MORE_DOCS) {
        rows[leaf.docBase + values.docID()] = (int) values.longValue();
      }
    }
  }

  /** Searches in the calling thread. */
  public IndexSearcher searcher() {
    return searcher;
  }

  /** The row of document {@code doc}. */
  public int row(int doc) {
    return rows[doc];
  }

  /** Number of segments. */
  public int segments() {
    return reader.leaves().size();
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
