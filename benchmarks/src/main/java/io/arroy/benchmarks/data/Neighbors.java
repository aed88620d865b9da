package io.arroy.benchmarks.data;

import io.arroy.cli.vectors.MalformedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The true nearest rows of each query, nearest first. */
public final class Neighbors {

  private final int[][] rows;

  /** Takes over the array: one row of it for each query. */
  public Neighbors(int[][] rows) {
    this.rows = rows;
  }

  /** Number of queries. */
  public int queries() {
    return rows.length;
  }

  /** How many neighbours of {@code query} are known; fewer than asked for if no more exist. */
  public int count(int query) {
    return rows[query].length;
  }

  /** The nearest {@code k} rows of {@code query}, or all that are known. */
  public int[] nearest(int query, int k) {
    return Arrays.copyOf(rows[query], Math.min(k, rows[query].length));
  }

  /** Those of the queries with these numbers, in this order. */
  public Neighbors of(int[] queries) {
    return new Neighbors(
        Arrays.stream(queries).mapToObj(query -> rows[query]).toArray(int[][]::new));
  }

  /** The largest row number that occurs, or -1. */
  public int largestRow() {
    int largest = -1;
    for (int[] row : rows) {
      for (int neighbor : row) {
        largest = Math.max(largest, neighbor);
      }
    }
    return largest;
  }

  /** Reads an .ivecs file; -1 pads a row that has fewer neighbours than the others. */
  public static Neighbors read(Path file) throws IOException {
    ByteBuffer data;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    data.order(ByteOrder.LITTLE_ENDIAN);
    List<int[]> rows = new ArrayList<>();
    while (data.hasRemaining()) {
      int count = data.remaining() < Integer.BYTES ? -1 : data.getInt();
      if (count < 0 || (long) count * Integer.BYTES > data.remaining()) {
        throw new MalformedDataException(file, "row " + rows.size() + " is cut off");
      }
      int[] row = new int[count];
      data.asIntBuffer().get(row);
      data.position(data.position() + count * Integer.BYTES);
      int known = 0;
      while (known < count && row[known] >= 0) {
        known++;
      }
      rows.add(Arrays.copyOf(row, known));
    }
    return new Neighbors(rows.toArray(new int[0][]));
  }

  /** Writes an .ivecs file, in one step seen from outside, so that a cache is never half there. */
  public void write(Path file) throws IOException {
    int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer =
          ByteBuffer.allocate((longest + 1) * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int[] row : rows) {
        buffer.clear().putInt(longest);
        for (int i = 0; i < longest; i++) {
          buffer.putInt(i < row.length ? row[i] : -1);
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
