package io.arroy.benchmarks.standalone;

import io.arroy.cli.vectors.MalformedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What some queries found.
 *
 * @param micros how long each took
 * @param hits the items that each found, nearest first
 */
public record Answers(double[] micros, List<int[]> hits) {

  /** Copies the list. */
  public Answers {
    hits = List.copyOf(hits);
  }

  /** Reads what a peer wrote: for each query nanoseconds and k items, -1 where there are fewer. */
  static Answers read(Path file, int k, int count) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long expected = (long) count * (k + 1) * Integer.BYTES;
    if (data.remaining() != expected) {
      throw new MalformedDataException(
          file, "has " + data.remaining() + " bytes instead of " + expected);
    }
    double[] micros = new double[count];
    List<int[]> hits = new ArrayList<>();
    for (int query = 0; query < count; query++) {
      micros[query] = data.getInt() / 1e3;
      int[] found = new int[k];
      int known = 0;
      for (int i = 0; i < k; i++) {
        int item = data.getInt();
        if (item >= 0) {
          found[known++] = item;
        }
      }
      hits.add(Arrays.copyOf(found, known));
    }
    return new Answers(micros, hits);
  }
}
