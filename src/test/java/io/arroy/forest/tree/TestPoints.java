package io.arroy.forest.tree;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.HeapBlocks;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.store.ItemsHeader;
import java.io.IOException;
import org.junit.Test;

/** The space in which trees are built, and its planes. */
public class TestPoints extends RandomizedTest {
  private static float[][] points(Items items) throws IOException {
    HeapBlocks blocks = items.build(BuildOptions.DEFAULT);
    ItemsHeader header = ItemsHeader.read(blocks, items.description().index());
    Points points = Points.open(blocks, header);
    float[][] all = new float[items.size()][points.dimension()];
    for (int i = 0; i < all.length; i++) {
      points.reader().load(i, all[i], 0);
    }
    return all;
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }

  @Test
  @Repeat(iterations = 20)
  public void underDotProductAllAreAsLongAsTheLongest() throws IOException {
    Items items = Items.clustered(getRandom(), randomIntBetween(1, 200), 9, Distance.DOT_PRODUCT);
    float[] longest = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    items.replace(randomIntBetween(0, items.size() - 1), longest);
    double length = squaredDistance(longest, new float[9]);
    for (float[] point : points(items)) {
      assertEquals(10, point.length);
      assertEquals(length, squaredDistance(point, new float[10]), 1e-3 * length);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void underCosineAllAreOfLengthOne() throws IOException {
    Items items = Items.clustered(getRandom(), 50, 9, Distance.COSINE);
    items.replace(3, new float[9]);
    float[][] points = points(items);
    for (int i = 0; i < points.length; i++) {
      assertEquals(i == 3 ? 0 : 1, squaredDistance(points[i], new float[9]), 1e-5);
    }
  }

  @Test
  @Repeat(iterations = 20)
  public void aSplitIsEquallyFarFromBothMeans() {
    int dimension = randomIntBetween(1, 40);
    float[] left = new float[dimension];
    float[] right = new float[dimension];
    float[] point = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      left[i] = 5 + (float) getRandom().nextGaussian();
      right[i] = 5 + (float) getRandom().nextGaussian();
      point[i] = 5 + (float) getRandom().nextGaussian();
    }
    Split split = Split.between(left, right);
    assertTrue(split.margin(left, 0) < 0);
    assertTrue(split.margin(right, 0) > 0);
    double expected = (squaredDistance(point, left) - squaredDistance(point, right)) / 2;
    assertEquals(expected, split.margin(point, 0), 1e-3 * Math.max(1, Math.abs(expected)));
  }
}
