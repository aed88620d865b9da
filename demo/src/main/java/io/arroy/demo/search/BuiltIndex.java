package io.arroy.demo.search;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** An index on disk, open for searching. */
public final class BuiltIndex implements Closeable {
  private final Contender contender;
  private final IndexBuilder.Cost cost;
  private final Directory directory;
  private final DirectoryReader reader;
  private final HybridSearcher searcher;

  /** Opens the index that a contender's codec wrote to a folder. */
  public BuiltIndex(Contender contender, IndexBuilder.Cost cost, Path folder) throws IOException {
    this.contender = contender;
    this.cost = cost;
    directory = FSDirectory.open(folder);
    try {
      reader = DirectoryReader.open(directory);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
    searcher = new HybridSearcher(reader);
  }

  /** Whose index it is. */
  public Contender contender() {
    return contender;
  }

  /** What building it took. */
  public IndexBuilder.Cost cost() {
    return cost;
  }

  /** Searches it. */
  public HybridSearcher searcher() {
    return searcher;
  }

  /** The bytes of its files by what they are for, vectors first. */
  public Map<FilePurpose, Long> sizes() throws IOException {
    Map<FilePurpose, Long> sizes = new TreeMap<>();
    for (String name : reader.getIndexCommit().getFileNames()) {
      sizes.merge(FilePurpose.of(name), directory.fileLength(name), Long::sum);
    }
    return sizes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
