package io.arroy.forest.search;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakLingering;
import io.arroy.forest.ForestBuilder;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.ItemWriter;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.distance.ElementType;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** What a build finds out about searches, how it is stored, and what searches make of it. */
// A pool's last thread may still be ending when the pool says it has terminated.
@ThreadLeakLingering(linger = 5000)
public class TestCalibration extends RandomizedTest {
  private static final BlockKey KEY = new BlockKey(BlockKind.META, 0, 0, Calibration.NUMBER);

  private MissCurve curve(int k) {
    int points = randomIntBetween(1, 6);
    MissCurve curve = new MissCurve(k, new float[points], new float[points], new float[points]);
    for (int i = 0; i < points; i++) {
      curve.expected()[i] = (float) (.2 * Math.pow(4, -i));
      curve.missed()[i] = randomFloat() * (float) Math.pow(2, -i);
      curve.effort()[i] = 100 * (i + 1) + randomIntBetween(0, 50);
    }
    return curve;
  }

  private Calibration calibration() {
    List<MissCurve> curves = new ArrayList<>();
    for (int k = randomIntBetween(1, 9); k < 200; k *= randomIntBetween(2, 20)) {
      curves.add(curve(k));
    }
    return new Calibration(randomIntBetween(0, 1 << 30), randomIntBetween(0, 100), curves);
  }

  @Test
  @Repeat(iterations = 50)
  public void whoMayMissLessExpectsLessAndSpendsMore() {
    Calibration calibration = calibration();
    int k = randomIntBetween(1, 300);
    double lastExpected = 1;
    double lastEffort = 0;
    for (double recall = .5; recall < 1; recall += .01) {
      double expected = calibration.expected(k, recall);
      double effort = calibration.effort(k, recall);
      assertTrue(expected > 0 && expected <= lastExpected * (1 + 1e-9));
      assertTrue(effort >= lastEffort * (1 - 1e-9));
      lastExpected = expected;
      lastEffort = effort;
    }
  }

  /**
   * An item is not among its own nearest where many are equal: no more can be missed than asked.
   */
  @Test
  @Repeat(iterations = 30)
  public void equalItemsAreMissedAtMostOnce() throws IOException {
    ElementType type = randomBoolean() ? ElementType.FLOAT32 : ElementType.BIT;
    int dimension = randomIntBetween(1, 12);
    IndexDescription description = new IndexDescription(0, Distance.COSINE, type, dimension);
    HeapBlocks blocks = new HeapBlocks();
    ItemWriter writer = new ItemWriter(description, blocks);
    float[] usual = new float[dimension];
    Arrays.fill(usual, 1);
    for (int id = 0; id < 1500; id++) {
      float[] vector = usual.clone();
      if (randomIntBetween(0, 99) == 0) {
        for (int d = 0; d < dimension; d++) {
          vector[d] = (float) getRandom().nextGaussian();
        }
      }
      writer.add(id, vector);
    }
    writer.finish();
    BuildOptions options =
        BuildOptions.DEFAULT
            .withForestFrom(0)
            .withCalibrateFrom(0)
            .withTrees(randomIntBetween(1, 3))
            .withLeafSize(randomIntBetween(10, 50));
    new ForestBuilder(options).build(description, List.of(), blocks, blocks);
    assertTrue(Calibration.read(blocks, 0).isPresent());
  }

  @Test
  public void findsWhatWasMeasured() {
    float[] expected = {.1f, .02f, .004f};
    MissCurve curve =
        new MissCurve(10, expected, new float[] {.08f, .02f, .01f}, new float[] {100, 200, 400});
    for (int i = 0; i < 3; i++) {
      assertEquals(expected[i], curve.expectedFor(curve.missed()[i] * 1.0001), 1e-3 * expected[i]);
      assertEquals(curve.effort()[i], curve.effortFor(curve.missed()[i] * 1.0001), .1);
    }
    // More than was ever missed may be missed; half of the least, where misses are in proportion.
    assertEquals(.1, curve.expectedFor(.5), 1e-6);
    assertEquals(.002, curve.expectedFor(.005), 1e-6);
    // Halfway on the scale of ratios.
    assertEquals(Math.sqrt(.1 * .02), curve.expectedFor(.04), 1e-4);
    assertEquals(150, curve.effortFor(.04), .1);
  }

  @Test
  @Repeat(iterations = 20)
  public void isReadAsItWasWritten() throws IOException {
    Calibration calibration = calibration();
    HeapBlocks blocks = new HeapBlocks();
    assertEquals(Optional.empty(), Calibration.read(blocks, 0));
    calibration.write(0, blocks);
    Calibration read = Calibration.read(blocks, 0).orElseThrow();
    assertEquals(calibration.items(), read.items());
    assertEquals(calibration.changed(), read.changed());
    assertEquals(calibration.curves().size(), read.curves().size());
    for (int i = 0; i < read.curves().size(); i++) {
      MissCurve curve = calibration.curves().get(i);
      assertEquals(curve.k(), read.curves().get(i).k());
      assertArrayEquals(curve.expected(), read.curves().get(i).expected(), 0);
      assertArrayEquals(curve.missed(), read.curves().get(i).missed(), 0);
      assertArrayEquals(curve.effort(), read.curves().get(i).effort(), 0);
    }
  }

  @Test
  public void cutShortIsCorrupt() throws IOException {
    HeapBlocks blocks = new HeapBlocks();
    calibration().write(0, blocks);
    byte[] whole = blocks.blocks().get(KEY);
    for (int length = 0; length < whole.length; length++) {
      blocks.blocks().put(KEY, Arrays.copyOf(whole, length));
      assertThrows(CorruptEnvironmentException.class, () -> Calibration.read(blocks, 0));
    }
  }

  /** Whatever bytes it has, it is refused or gives searches numbers they can go by. */
  @Test
  @Repeat(iterations = 200)
  public void changedBytesGiveNoNonsense() throws IOException {
    HeapBlocks blocks = new HeapBlocks();
    calibration().write(0, blocks);
    byte[] bytes = blocks.blocks().get(KEY);
    bytes[randomIntBetween(0, bytes.length - 1)] = (byte) randomIntBetween(0, 255);
    try {
      Calibration read = Calibration.read(blocks, 0).orElseThrow();
      int k = randomIntBetween(1, 1000);
      double expected = read.expected(k, .95);
      assertTrue("expects " + expected, expected > 0 && expected <= 1);
      double effort = read.effort(k, .95);
      assertTrue("spends " + effort, effort > 0 && effort < Double.POSITIVE_INFINITY);
    } catch (CorruptEnvironmentException e) {
      assertTrue(e.getMessage(), e.getMessage().startsWith("calibration of index 0"));
    }
  }

  @Test
  public void growsOld() {
    Calibration fresh = new Calibration(1000, 0, List.of(curve(10)));
    Calibration after = fresh.after(1100, 200).orElseThrow();
    assertEquals(200, after.changed());
    assertEquals(1000, after.items());
    assertTrue(after.after(1100, 50).isPresent());
    assertTrue(after.after(1100, 51).isEmpty());
    assertTrue(fresh.after(750, 0).isPresent());
    assertTrue(fresh.after(749, 0).isEmpty());
  }

  @Test
  public void isMeasuredByABuildAndKeptWhereLittleChanges()
      throws IOException, InterruptedException {
    BuildOptions options = BuildOptions.DEFAULT;
    Items few = Items.clustered(getRandom(), options.calibrateFrom() - 1, 8, Distance.EUCLIDEAN);
    int index = few.description().index();
    assertTrue(Calibration.read(few.build(options), index).isEmpty());

    Items items = Items.clustered(getRandom(), 60_000, 8, randomFrom(Distance.values()));
    index = items.description().index();
    HeapBlocks blocks = items.build(options);
    Calibration measured = Calibration.read(blocks, index).orElseThrow();
    assertEquals(60_000, measured.items());
    assertEquals(List.of(10, 100), measured.curves().stream().map(MissCurve::k).toList());
    assertTrue(blocks.sameAs(items.buildOnThreads(options, List.of())));

    int[] ordinals = new int[items.size()];
    Items next = items.changed(getRandom(), 0, 500, ordinals);
    HeapBlocks updated = next.build(options, List.of(new ForestInput(blocks, index, ordinals)));
    Calibration kept = Calibration.read(updated, index).orElseThrow();
    assertEquals(measured.items(), kept.items());
    assertEquals(500, kept.changed());

    int[] ordinalsAfter = new int[next.size()];
    Items much = next.changed(getRandom(), 0, 20_000, ordinalsAfter);
    HeapBlocks grown = much.build(options, List.of(new ForestInput(updated, index, ordinalsAfter)));
    assertEquals(much.size(), Calibration.read(grown, index).orElseThrow().items());
  }
}
