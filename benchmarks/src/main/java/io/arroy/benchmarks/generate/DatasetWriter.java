package io.arroy.benchmarks.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.arroy.benchmarks.data.Dataset;
import io.arroy.benchmarks.data.DatasetFolder;
import io.arroy.benchmarks.data.Neighbors;
import io.arroy.benchmarks.data.Parallel;
import io.arroy.benchmarks.data.TruthCache;
import io.arroy.benchmarks.generate.Mixture.Stream;
import io.arroy.cli.vectors.ElementKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes a generated set, block by block: {@code base.f32} or {@code base.f16}, {@code queries.f32}
 * (held-out ones first, then those out of distribution), {@code queries.jsonl} with their kinds,
 * {@code groundtruth.ivecs}, and {@code base.meta.json} with all parameters.
 */
public final class DatasetWriter {

  private static final int BLOCK = 512;

  private final Path folder;
  private final Mixture mixture;
  private final MixtureParameters parameters;
  private final int threads;

  /** Writes to {@code folder} in {@code threads} threads, of which the result does not depend. */
  public DatasetWriter(Path folder, MixtureParameters parameters, int threads) {
    this.folder = folder;
    this.parameters = parameters;
    this.mixture = new Mixture(parameters);
    this.threads = threads;
  }

  /**
   * Writes everything.
   *
   * @param count vectors to index
   * @param kind their elements: FLOAT32 or FLOAT16
   * @param similarity as {@code base.meta.json} is to name it
   * @param queries number of queries
   * @param elsewhere how many of them are out of distribution
   */
  public void write(int count, ElementKind kind, String similarity, int queries, int elsewhere)
      throws IOException {
    Files.createDirectories(folder);
    for (String stale : List.of("base.f32", "base.f16", "groundtruth.ivecs")) {
      Files.deleteIfExists(folder.resolve(stale));
    }
    String base = kind == ElementKind.FLOAT16 ? "base.f16" : "base.f32";
    points(folder.resolve(base), kind, count, number -> Stream.BASE);
    int heldOut = queries - elsewhere;
    PointStream kinds = number -> number < heldOut ? Stream.HELD_OUT : Stream.OUT_OF_DISTRIBUTION;
    points(folder.resolve("queries.f32"), ElementKind.FLOAT32, queries, kinds);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < queries; i++) {
      lines.add("{\"query\": " + i + ", \"kind\": \"" + kinds.of(i).word() + "\"}");
    }
    Files.write(folder.resolve("queries.jsonl"), lines);
    describe(count, kind, similarity, Map.of());
    Dataset data = DatasetFolder.open(folder, 0, null);
    Neighbors truth = TruthCache.compute(data);
    truth.write(folder.resolve("groundtruth.ivecs"));
    describe(count, kind, similarity, IntrinsicDimension.byKind(data, truth));
  }

  /** Says of which stream a point is. */
  @FunctionalInterface
  private interface PointStream {
    Stream of(int number);
  }

  private void points(Path file, ElementKind kind, int count, PointStream streams)
      throws IOException {
    int blocks = (count + BLOCK - 1) / BLOCK;
    AtomicInteger next = new AtomicInteger();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      Parallel.run(
          threads,
          thread -> {
            float[] point = new float[parameters.dimension()];
            int rowBytes = point.length * kind.bytes();
            ByteBuffer buffer =
                ByteBuffer.allocate(BLOCK * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int block = next.getAndIncrement();
                block < blocks;
                block = next.getAndIncrement()) {
              buffer.clear();
              int first = block * BLOCK;
              for (int row = first; row < Math.min(count, first + BLOCK); row++) {
                mixture.point(streams.of(row), row, point);
                put(buffer, point, kind);
              }
              write(channel, buffer.flip(), (long) first * rowBytes);
            }
          });
    }
  }

  private static void put(ByteBuffer buffer, float[] point, ElementKind kind) {
    for (float element : point) {
      if (kind == ElementKind.FLOAT16) {
        buffer.putShort(Float.floatToFloat16(element));
      } else {
        buffer.putFloat(element);
      }
    }
  }

  private static void write(FileChannel channel, ByteBuffer buffer, long position) {
    try {
      long at = position;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void describe(
      int count, ElementKind kind, String similarity, Map<String, Double> intrinsic)
      throws IOException {
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("count", count);
    meta.put("dim", parameters.dimension());
    meta.put("dtype", kind == ElementKind.FLOAT16 ? "float16" : "float32");
    meta.put("similarity", similarity);
    meta.put("generator", parameters);
    meta.put("measured_intrinsic_dimension", intrinsic);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve("base.meta.json").toFile(), meta);
  }
}
