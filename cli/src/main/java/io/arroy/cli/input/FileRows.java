package io.arroy.cli.input;

import io.arroy.cli.vectors.VectorFiles;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The rows of a file of vectors: mapped, so its size on the heap is no concern. */
public final class FileRows implements Rows {
  private final Path file;
  private final VectorSource source;
  private final VectorSource.Reader reader;
  private final IdSource ids;
  private final float[] vector;
  private int row = -1;
  private int id = -1;

  private FileRows(Path file, VectorSource source, IdSource ids) {
    this.file = file;
    this.source = source;
    this.reader = source.reader();
    this.ids = ids;
    this.vector = new float[source.dimension()];
  }

  /**
   * Opens a file by what its name ends in.
   *
   * @param dimension elements of a vector, for files that do not say
   * @param ids where the ids come from
   */
  public static Rows open(Path file, int dimension, IdSource ids) throws IOException {
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    String ending = VectorFiles.ending(file);
    if (ending.equals("jsonl") || ending.equals("ndjson")) {
      return JsonRows.open(file);
    }
    if (!VectorFiles.ENDINGS.contains(ending)) {
      throw new IllegalArgumentException(
          file
              + ": the name must end in jsonl or one of "
              + String.join(", ", VectorFiles.ENDINGS)
              + ", each perhaps with .gz");
    }
    return new FileRows(file, VectorFiles.open(VectorFiles.plain(file), ending, dimension), ids);
  }

  @Override
  public boolean next() throws IOException {
    if (row + 1 >= source.size()) {
      ids.checkEnd(file, source.size());
      return false;
    }
    row++;
    reader.read(row, vector, 0);
    id = ids.next(file, row);
    return true;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public float[] vector() {
    return vector;
  }

  @Override
  public String where() {
    return file + " row " + row;
  }

  @Override
  public long count() {
    return source.size();
  }

  @Override
  public void close() throws IOException {
    ids.close();
  }
}
