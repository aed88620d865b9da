package io.arroy.benchmarks.micro;

import io.arroy.forest.quantize.Rotation;
import io.arroy.forest.quantize.ScanCode;
import io.arroy.forest.quantize.ScanQuery;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Estimating items by their codes by ordinal: one of every {@code stride} of 2,000 x stride. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScanCodeBenchmark {
  private static final int COUNT = 2000;

  @Param({"384", "1536"})
  int dimension;

  @Param({"1", "20"})
  int stride;

  private Arena arena;
  private MemorySegment codes;
  private int codeBytes;
  private ScanQuery query;

  /** Draws codes and a query. */
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(1);
    Rotation rotation = new Rotation(dimension);
    codeBytes = ScanCode.bytes(rotation.dimension());
    arena = Arena.ofShared();
    codes = arena.allocate((long) COUNT * stride * codeBytes, 8);
    for (long i = 0; i < codes.byteSize() / 4; i++) {
      codes.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * i, random.nextInt() & 0x7F7FFFFF);
    }
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = random.nextFloat() - .5f;
    }
    query = new ScanQuery(rotation, vector, new float[dimension]);
  }

  /** Gives the memory back. */
  @TearDown
  public void close() {
    arena.close();
  }

  /** One estimate after another. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public float estimate() {
    float sum = 0;
    for (int i = 0; i < COUNT; i++) {
      sum += query.estimate(codes, (long) i * stride * codeBytes);
    }
    return sum;
  }
}
