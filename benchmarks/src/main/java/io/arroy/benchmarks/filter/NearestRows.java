package io.arroy.benchmarks.filter;

import io.arroy.benchmarks.data.Parallel;
import io.arroy.benchmarks.data.Scores;
import io.arroy.cli.vectors.VectorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.NumericUtils;

/**
 * All rows in order of nearness to each query, in a file: filters that follow or flee the query at
 * any pass rate are beginnings or ends of it, and so is what is nearest under them.
 */
final class NearestRows {

  /** Queries that are ranked in one pass over the base. */
  private static final int GROUP = 8;

  private static final int BLOCK = 256;

  private static final ValueLayout.OfInt INTS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment order;
  private final int size;

  private NearestRows(MemorySegment order, int size) {
    this.order = order;
    this.size = size;
  }

  /** Reads {@code file}, which is written first if it is not there. */
  static NearestRows cached(
      Path file, VectorSource base, float[][] queries, VectorSimilarityFunction similarity)
      throws IOException {
    if (!Files.exists(file)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path partial = file.resolveSibling(file.getFileName() + ".part");
      write(partial, base, queries, similarity);
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment order =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      return new NearestRows(order, base.size());
    }
  }

  /** Row number {@code rank} of those of {@code query}, nearest first. */
  int row(int query, int rank) {
    return order.get(INTS, ((long) query * size + rank) * Integer.BYTES);
  }

  int size() {
    return size;
  }

  private static void write(
      Path file, VectorSource base, float[][] queries, VectorSimilarityFunction similarity)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (int first = 0; first < queries.length; first += GROUP) {
        float[][] group =
            Arrays.copyOfRange(queries, first, Math.min(queries.length, first + GROUP));
        float[][] scores = score(base, group, similarity);
        int firstOfGroup = first;
        AtomicInteger next = new AtomicInteger();
        inThreads(
            thread -> {
              for (int i = next.getAndIncrement(); i < group.length; i = next.getAndIncrement()) {
                write(channel, firstOfGroup + i, scores[i]);
              }
            });
      }
    }
  }

  private static float[][] score(
      VectorSource base, float[][] queries, VectorSimilarityFunction similarity) {
    float[][] scores = new float[queries.length][base.size()];
    int blocks = (base.size() + BLOCK - 1) / BLOCK;
    AtomicInteger next = new AtomicInteger();
    inThreads(
        thread -> {
          VectorSource.Reader reader = base.reader();
          float[] vector = new float[base.dimension()];
          for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
            int end = Math.min(base.size(), (block + 1) * BLOCK);
            for (int row = block * BLOCK; row < end; row++) {
              reader.read(row, vector, 0);
              for (int query = 0; query < queries.length; query++) {
                scores[query][row] = Scores.single(similarity, queries[query], vector);
              }
            }
          }
        });
    return scores;
  }

  private static void write(FileChannel channel, int query, float[] scores) {
    long[] entries = new long[scores.length];
    for (int row = 0; row < entries.length; row++) {
      // Ascending order is then nearest first, and equal scores are in row order.
      entries[row] = (long) ~NumericUtils.floatToSortableInt(scores[row]) << 32 | row;
    }
    Arrays.sort(entries);
    byte[] bytes = new byte[entries.length * Integer.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long entry : entries) {
      buffer.putInt((int) entry);
    }
    buffer.flip();
    try {
      long position = (long) query * bytes.length;
      while (buffer.hasRemaining()) {
        position += channel.write(buffer, position);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void inThreads(java.util.function.IntConsumer work) {
    Parallel.run(Runtime.getRuntime().availableProcessors(), work);
  }
}
