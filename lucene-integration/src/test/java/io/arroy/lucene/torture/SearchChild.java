package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/** Searches an index that another process writes, reopening it, until its input ends. */
public final class SearchChild {
  private SearchChild() {}

  /** Argument: the folder. */
  public static void main(String[] args) throws IOException {
    int reopened = 0;
    try (Directory directory = new MMapDirectory(Path.of(args[0]))) {
      DirectoryReader reader = DirectoryReader.open(directory);
      System.out.println("READY");
      while (System.in.available() == 0) {
        DirectoryReader newer = DirectoryReader.openIfChanged(reader);
        if (newer != null) {
          reader.close();
          reader = newer;
          reopened++;
          check(reader);
        }
        new IndexSearcher(reader)
            .search(new KnnFloatVectorQuery("all", Documents.floats(reopened), 5), 5);
      }
      reader.close();
    }
    System.out.println("REOPENED " + reopened);
  }

  /** Every commit holds exactly the documents that its data names. */
  static int check(DirectoryReader reader) throws IOException {
    Map<String, String> data = reader.getIndexCommit().getUserData();
    int first = Integer.parseInt(data.getOrDefault(IndexingChild.FIRST, "0"));
    int next = Integer.parseInt(data.getOrDefault(IndexingChild.NEXT, "0"));
    Set<Integer> wanted = IntStream.range(first, next).boxed().collect(Collectors.toSet());
    if (!wanted.equals(Documents.check(reader))) {
      throw new AssertionError("not the documents " + first + " to " + next);
    }
    return next - first;
  }
}
