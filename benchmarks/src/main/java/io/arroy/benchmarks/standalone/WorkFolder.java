package io.arroy.benchmarks.standalone;

import io.arroy.benchmarks.filter.FilterCase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files through which peers get their work; benchmarks/peers/README.md describes them. */
public final class WorkFolder {

  private WorkFolder() {}

  /** Writes {@code work} to {@code folder}, which must exist. */
  public static void write(Workload work, Path folder) throws IOException {
    Files.write(
        folder.resolve("task"),
        List.of(
            "distance=" + (work.cosine() ? "cosine" : "euclidean"),
            "dimension=" + work.dimension(),
            "threads=" + work.threads()));
    writeVectors(folder.resolve("items.f32"), work.items());
    writeVectors(folder.resolve("queries.f32"), work.queries());
    writeVectors(folder.resolve("replacements.f32"), work.replacements());
    byte[] changed = new byte[work.changed().length * Integer.BYTES];
    over(changed).asIntBuffer().put(work.changed());
    Files.write(folder.resolve("changed.i32"), changed);
    for (FilterCase filter : work.filters()) {
      writeFilter(folder.resolve(Workload.name(filter)), filter, work.filteredQueries());
    }
  }

  private static void writeVectors(Path file, float[][] rows) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (float[] row : rows) {
        byte[] bytes = new byte[row.length * Float.BYTES];
        over(bytes).asFloatBuffer().put(row);
        out.write(bytes);
      }
    }
  }

  private static void writeFilter(Path file, FilterCase filter, int queries) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (int query = 0; query < queries; query++) {
        long[] words = filter.rows(query).getBits();
        byte[] bytes = new byte[words.length * Long.BYTES];
        over(bytes).asLongBuffer().put(words);
        out.write(bytes);
      }
    }
  }

  private static ByteBuffer over(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
