package io.arroy.benchmarks.micro;

import io.arroy.forest.distance.Distance;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One exact comparison of two vectors on the heap. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DistanceBenchmark {

  @Param({"100", "384", "768"})
  int dimension;

  @Param Distance distance;

  private float[] a;
  private float[] b;

  /** Draws the vectors. */
  @Setup
  public void drawVectors() {
    SplittableRandom random = new SplittableRandom(1);
    a = new float[dimension];
    b = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      a[i] = random.nextFloat() - .5f;
      b[i] = random.nextFloat() - .5f;
    }
  }

  /** What searches order by. */
  @Benchmark
  public float proximity() {
    return distance.proximity(a, b);
  }
}
