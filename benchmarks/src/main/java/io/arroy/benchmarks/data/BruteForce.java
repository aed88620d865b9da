package io.arroy.benchmarks.data;

import io.arroy.cli.vectors.VectorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Exact nearest rows, by comparing every query with every row.
 *
 * <p>A block of rows is read once and stays in the processor's cache while all queries pass over
 * it. A few more rows than asked for are kept by single-precision scores, then ranked in double
 * precision, equal ones by row, so the answer depends neither on threads nor on summation order.
 */
public final class BruteForce {

  /** Rows kept beyond those asked for: single precision may misplace a row, but not by so many. */
  private static final int SPARE = 32;

  private static final int BLOCK_BYTES = 1 << 19;

  private final VectorSource base;
  private final float[][] queries;
  private final VectorSimilarityFunction similarity;
  private final int threads;

  /** Compares with {@code queries} on all processors. */
  public BruteForce(VectorSource base, float[][] queries, VectorSimilarityFunction similarity) {
    this(base, queries, similarity, Runtime.getRuntime().availableProcessors());
  }

  BruteForce(
      VectorSource base, float[][] queries, VectorSimilarityFunction similarity, int threads) {
    this.base = base;
    this.queries = queries;
    this.similarity = similarity;
    this.threads = threads;
  }

  /** The nearest {@code k} rows of each query. */
  public Neighbors nearest(int k) {
    return nearest(k, List.of(RowFilter.ALL)).get(0);
  }

  /** The nearest {@code k} rows of each query under each filter, all in one pass over the base. */
  public List<Neighbors> nearest(int k, List<RowFilter> filters) {
    int rowsPerBlock = Math.max(16, BLOCK_BYTES / Float.BYTES / base.dimension());
    int blocks = (base.size() + rowsPerBlock - 1) / rowsPerBlock;
    AtomicInteger nextBlock = new AtomicInteger();
    TopRows[][][] tops = new TopRows[threads][][];
    inThreads(
        thread -> {
          TopRows[][] mine = new TopRows[filters.size()][queries.length];
          tops[thread] = mine;
          for (TopRows[] row : mine) {
            for (int query = 0; query < row.length; query++) {
              row[query] = new TopRows(k + SPARE);
            }
          }
          float[][] rows = new float[rowsPerBlock][base.dimension()];
          VectorSource.Reader reader = base.reader();
          for (int block = nextBlock.getAndIncrement();
              block < blocks;
              block = nextBlock.getAndIncrement()) {
            int first = block * rowsPerBlock;
            int count = Math.min(rowsPerBlock, base.size() - first);
            for (int i = 0; i < count; i++) {
              reader.read(first + i, rows[i], 0);
            }
            scan(rows, first, count, filters, mine);
          }
        });
    List<Neighbors> answers = new ArrayList<>();
    for (int filter = 0; filter < filters.size(); filter++) {
      answers.add(rank(k, tops, filter));
    }
    return answers;
  }

  private void scan(
      float[][] rows, int first, int count, List<RowFilter> filters, TopRows[][] tops) {
    for (int query = 0; query < queries.length; query++) {
      for (int i = 0; i < count; i++) {
        float score = Scores.single(similarity, queries[query], rows[i]);
        for (int filter = 0; filter < tops.length; filter++) {
          TopRows top = tops[filter][query];
          if (top.competes(score) && filters.get(filter).accepts(query, first + i)) {
            top.add(first + i, score);
          }
        }
      }
    }
  }

  private Neighbors rank(int k, TopRows[][][] tops, int filter) {
    int[][] ranked = new int[queries.length][];
    AtomicInteger nextQuery = new AtomicInteger();
    inThreads(
        thread -> {
          VectorSource.Reader reader = base.reader();
          float[] vector = new float[base.dimension()];
          for (int query = nextQuery.getAndIncrement();
              query < queries.length;
              query = nextQuery.getAndIncrement()) {
            TopRows all = new TopRows(k + SPARE);
            for (TopRows[][] ofThread : tops) {
              all.addAll(ofThread[filter][query]);
            }
            float[] target = queries[query];
            record Scored(int row, double score) {}
            ranked[query] =
                IntStream.of(all.rows())
                    .mapToObj(
                        row -> {
                          reader.read(row, vector, 0);
                          return new Scored(row, Scores.precise(similarity, target, vector));
                        })
                    .sorted(
                        (a, b) ->
                            a.score() == b.score()
                                ? Integer.compare(a.row(), b.row())
                                : Double.compare(b.score(), a.score()))
                    .limit(k)
                    .mapToInt(Scored::row)
                    .toArray();
          }
        });
    return new Neighbors(ranked);
  }

  private void inThreads(IntConsumer work) {
    Parallel.run(threads, work);
  }
}
