package io.arroy.forest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakLingering;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.tree.BuildMonitor;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestInput;
import io.arroy.forest.tree.ForestWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

/** Builds ask often whether to go on, stop soon when told not to, and say how far they are. */
// A pool's last thread may still be ending when the pool says it has terminated.
@ThreadLeakLingering(linger = 5000)
public class TestBuildMonitor extends RandomizedTest {
  /** Reads of vectors or leaves between two questions: those of a node that is polished as one. */
  private static final int MOST_READS = (1 << 15) + 4096;

  private static final BuildOptions OPTIONS =
      BuildOptions.DEFAULT.withForestFrom(0).withLeafSize(4);

  /** Counts reads since a build last asked. */
  private static final class Counter implements BuildMonitor {
    final AtomicLong reads = new AtomicLong();
    final AtomicLong most = new AtomicLong();
    final AtomicInteger checks = new AtomicInteger();
    final Map<String, Long> phases = new LinkedHashMap<>();
    final Map<String, Long> announced = new HashMap<>();
    volatile int failAt = Integer.MAX_VALUE;
    final IOException refusal = new IOException("enough");

    @Override
    public void check() throws IOException {
      reads.set(0);
      if (checks.incrementAndGet() >= failAt) {
        throw refusal;
      }
    }

    @Override
    public synchronized void progress(String phase, long done, long total) {
      assertTrue(phase + " " + done + " of " + total, 0 <= done && done <= total);
      phases.merge(phase, done, Math::max);
      if (done == 0) {
        announced.merge(phase, total, Long::sum);
      }
    }

    BlockSource counting(BlockSource source) {
      return key -> source.find(key).map(block -> new CountedBlock(block, this));
    }
  }

  private record CountedBlock(Block block, Counter counter) implements Block {
    @Override
    public long length() {
      return block.length();
    }

    @Override
    public boolean copies() {
      return block.copies();
    }

    @Override
    public Cursor cursor() throws IOException {
      Cursor cursor = block.cursor();
      return (offset, length) -> {
        long reads = counter.reads.incrementAndGet();
        counter.most.accumulateAndGet(reads, Math::max);
        return cursor.read(offset, length);
      };
    }
  }

  /** Vectors with their forest, and the same after some have gone and others come. */
  private static final class Change {
    final Items before = Items.clustered(getRandom(), 40_000, 6, Distance.EUCLIDEAN);
    final HeapBlocks built = before.build(OPTIONS);
    final int[] ordinals = new int[before.size()];
    final Items after = before.changed(getRandom(), .05f, 8000, ordinals);
    final HeapBlocks blocks = after.build(OPTIONS.withForestFrom(Integer.MAX_VALUE));

    Change() throws IOException {}

    /** Writes the forest anew, or goes on with the one there was. */
    void write(boolean update, Counter counter, BuildOptions options) throws IOException {
      List<ForestInput> inputs = new ArrayList<>();
      if (update) {
        BlockSource source = counter.counting(built);
        inputs.add(ForestIndex.open(source, 0).asInput(ordinals));
      }
      counter.reads.set(0);
      ForestWriter.write(
          options.withMonitor(counter), 0, inputs, counter.counting(blocks), new HeapBlocks());
    }
  }

  @Test
  public void asksOften() throws IOException {
    Change change = new Change();
    for (boolean update : new boolean[] {false, true}) {
      Counter counter = new Counter();
      change.write(update, counter, OPTIONS);
      assertTrue(counter.most + " reads, update: " + update, counter.most.get() <= MOST_READS);
      assertTrue(counter.checks.get() > 100);
      List<String> phases =
          update
              ? List.of("update", "route", "renew", "arrange", "encode")
              : List.of("build", "route", "leaves", "encode");
      assertEquals(phases, List.copyOf(counter.phases.keySet()));
      if (update) {
        // New items first, then those of leaves that were renewed or divided.
        assertTrue(counter.phases.get("route") >= 8000);
        assertTrue(counter.announced.get("route") > 8000);
      }
    }
  }

  /** Whenever it is told to, on one thread or more: each reads little after that. */
  @Test
  public void stopsSoon() throws Exception {
    Change change = new Change();
    int threads = 3;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (boolean update : new boolean[] {false, true}) {
        Counter all = new Counter();
        change.write(update, all, OPTIONS);
        for (int round = 0; round < 3; round++) {
          Counter counter = new Counter();
          counter.failAt = randomIntBetween(1, all.checks.get());
          BuildOptions options = randomBoolean() ? OPTIONS : OPTIONS.withExecutor(pool);
          IOException thrown =
              assertThrows(IOException.class, () -> change.write(update, counter, options));
          assertSame(counter.refusal, thrown);
          // Every task that was under way asks once more; none is begun.
          int checks = counter.checks.get() - counter.failAt;
          assertTrue(checks + " checks after", checks <= threads);
        }
      }
    } finally {
      pool.shutdown();
      assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
    }
  }
}
