package io.arroy.forest.search;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.carrotsearch.randomizedtesting.RandomizedTest;
import com.carrotsearch.randomizedtesting.annotations.Repeat;
import io.arroy.forest.ForestIndex;
import io.arroy.forest.Items;
import io.arroy.forest.distance.Distance;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

/** Which leaves a walk opens under a filter of a fifth or less. */
public class TestSparseLeaves extends RandomizedTest {
  private static final int COUNT = 6000;

  /** Leaves that hold many of the accepted are opened. */
  @Test
  @Repeat(iterations = 3)
  public void denseLeavesAreOpened() throws IOException {
    Items items = items();
    float[] query = items.queryNearItem(getRandom());
    float least = items.exact(query, COUNT / 10, null).getLast();
    FixedBitSet near = new FixedBitSet(COUNT);
    ForestIndex index = open(items);
    index.search(query, SearchOptions.nearest(COUNT).withBudget(COUNT), new Nearer(near, least));
    Steps steps = search(index, query, near);
    assertTrue(steps.toString(), steps.single > 2 * steps.together);
  }

  /** Items of leaves that hold few are scored together, their leaves stay closed. */
  @Test
  @Repeat(iterations = 3)
  public void sparseLeavesStayClosed() throws IOException {
    Items items = items();
    FixedBitSet some = new FixedBitSet(COUNT);
    for (int i = 0; i < COUNT; i += 10) {
      some.set(i);
    }
    Steps steps = search(open(items), items.queryNearItem(getRandom()), some);
    assertTrue(steps.toString(), steps.together > 2 * steps.single);
  }

  private Items items() {
    return Items.clustered(getRandom(), COUNT, 128, Distance.EUCLIDEAN, 12);
  }

  private static ForestIndex open(Items items) throws IOException {
    return ForestIndex.open(items.build(BuildOptions.DEFAULT.withForestFrom(0)), 0);
  }

  private static Steps search(ForestIndex index, float[] query, FixedBitSet accepted)
      throws IOException {
    Steps steps = new Steps();
    SearchOptions options = SearchOptions.nearest(10).withBudget(300);
    index.search(query, options.withAccepted(accepted, accepted.cardinality()), steps);
    assertEquals(SearchPlan.SPARSE_WALK, steps.plan);
    return steps;
  }

  /** Accepts what is at least so near. */
  private record Nearer(FixedBitSet accepted, float least) implements HitCollector {
    @Override
    public void collect(int ordinal, float proximity) {
      if (proximity >= least) {
        accepted.set(ordinal);
      }
    }

    @Override
    public void scored(int items) {}

    @Override
    public boolean stopped() {
      return false;
    }
  }

  /** Open leaves are scored in steps of 16 at most, others in larger ones. */
  private static final class Steps implements HitCollector {
    private int single;
    private int together;
    private SearchPlan plan;

    @Override
    public void collect(int ordinal, float proximity) {}

    @Override
    public void planned(SearchPlan told) {
      plan = told;
    }

    @Override
    public void scored(int items) {
      if (items <= 16) {
        single += items;
      } else {
        together += items;
      }
    }

    @Override
    public boolean stopped() {
      return false;
    }

    @Override
    public String toString() {
      return single + " in open leaves, " + together + " in closed ones";
    }
  }
}
