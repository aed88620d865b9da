package io.arroy.benchmarks.data;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.arroy.cli.vectors.MalformedDataException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.Test;

/** Ground truth files. */
public class TestNeighbors extends DataTestCase {

  @Test
  public void readsWhatItWrites() throws IOException {
    Path file = newTempDir().resolve("new").resolve("truth.ivecs");
    new Neighbors(new int[][] {{3, 1, 2}, {7}, {}}).write(file);
    Neighbors read = Neighbors.read(file);
    assertEquals(3, read.queries());
    assertEquals(7, read.largestRow());
    assertArrayEquals(new int[] {3, 1}, read.nearest(0, 2));
    assertArrayEquals(new int[] {7}, read.nearest(1, 2));
    assertEquals(0, read.count(2));
    assertArrayEquals(new int[] {7}, read.of(new int[] {1}).nearest(0, 5));
  }

  @Test
  public void cutOffFiles() throws IOException {
    Path folder = newTempDir();
    for (byte[] damaged : new byte[][] {ints(2, 5), bytes(1, 0), ints(-4), ints(1, 5, 2)}) {
      Path file = write(folder, "damaged.ivecs", damaged);
      assertThrows(MalformedDataException.class, () -> Neighbors.read(file));
    }
  }
}
