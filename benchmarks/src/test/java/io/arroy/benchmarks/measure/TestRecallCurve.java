package io.arroy.benchmarks.measure;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import io.arroy.benchmarks.measure.RecallCurve.Measured;
import java.util.List;
import org.junit.Test;

/** Latency between measured settings. */
public class TestRecallCurve extends RandomizedTest {

  @Test
  public void logarithmOfLatencyIsLinearInRecall() {
    RecallCurve curve = new RecallCurve(List.of(new Measured(.9, 100), new Measured(1, 400)));
    assertEquals(200, curve.latencyAt(.95).orElseThrow(), 1e-9);
    assertEquals(100, curve.latencyAt(.9).orElseThrow(), 1e-9);
    assertEquals(400, curve.latencyAt(1).orElseThrow(), 1e-9);
  }

  @Test
  public void lessThanTheCheapestCostsAsMuch() {
    RecallCurve curve = new RecallCurve(List.of(new Measured(.9, 100), new Measured(1, 400)));
    assertEquals(100, curve.latencyAt(.5).orElseThrow(), 1e-9);
  }

  @Test
  public void moreThanTheBestIsNotReached() {
    assertTrue(new RecallCurve(List.of(new Measured(.9, 100))).latencyAt(.91).isEmpty());
    assertTrue(new RecallCurve(List.of()).latencyAt(.1).isEmpty());
  }

  @Test
  public void beatenSettingsDoNotCount() {
    RecallCurve curve =
        new RecallCurve(
            List.of(
                new Measured(1, 400),
                new Measured(.92, 5000),
                new Measured(.9, 100),
                new Measured(.9, 120),
                new Measured(.3, 100)));
    assertEquals(200, curve.latencyAt(.95).orElseThrow(), 1e-9);
    assertEquals(100, curve.latencyAt(.2).orElseThrow(), 1e-9);
  }
}
