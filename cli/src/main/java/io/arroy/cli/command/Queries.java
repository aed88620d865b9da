package io.arroy.cli.command;

import io.arroy.cli.input.FileRows;
import io.arroy.cli.input.IdSource;
import io.arroy.cli.input.Numbers;
import io.arroy.cli.input.Rows;
import io.arroy.cli.opened.OpenedIndex;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.Ids;
import io.arroy.forest.store.ItemsHeader;
import io.arroy.forest.store.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is asked: one of three ways to give vectors. */
final class Queries {
  @Option(
      names = "--vector",
      paramLabel = "NUMBERS",
      description = "The query: numbers with commas between them.")
  private String vector;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description = "Queries: a file of vectors, in a format that import reads.")
  private Path file;

  @Option(
      names = "--item",
      paramLabel = "ID",
      description = "The query: a stored item, itself among the results.")
  private Integer item;

  /**
   * Reads the vectors.
   *
   * @param indexes where a stored item may be
   */
  List<float[]> read(List<OpenedIndex> indexes) throws IOException {
    if (vector != null) {
      return List.of(Numbers.vector(vector));
    }
    if (item != null) {
      return List.of(stored(indexes));
    }
    OpenedIndex first = indexes.get(0);
    int dimension = ItemsHeader.read(first.blocks(), first.number()).description().dimension();
    List<float[]> queries = new ArrayList<>();
    try (Rows rows = FileRows.open(file, dimension, IdSource.from(0))) {
      while (rows.next()) {
        queries.add(rows.vector().clone());
      }
    }
    return queries;
  }

  private float[] stored(List<OpenedIndex> indexes) throws IOException {
    for (OpenedIndex index : indexes) {
      ItemsHeader items = ItemsHeader.read(index.blocks(), index.number());
      int id = item - index.firstId();
      Ids.Cursor ids = Ids.open(index.blocks(), items).cursor();
      int ordinal = ids.find(id);
      if (ordinal >= 0) {
        return vector(index, items, ordinal);
      }
    }
    throw new IllegalArgumentException("there is no item " + item);
  }

  private static float[] vector(OpenedIndex index, ItemsHeader items, int ordinal)
      throws IOException {
    float[] query = new float[items.description().dimension()];
    Vectors.Cursor vectors = Vectors.open(index.blocks(), items).cursor();
    if (items.description().elementType() == ElementType.BYTE) {
      byte[] bytes = new byte[query.length];
      vectors.get(ordinal, bytes);
      for (int i = 0; i < bytes.length; i++) {
        query[i] = bytes[i];
      }
    } else {
      vectors.get(ordinal, query);
    }
    return query;
  }
}
