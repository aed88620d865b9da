package io.arroy.lucene;

import io.arroy.forest.search.Scorer;
import io.arroy.forest.search.SearchOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/** One search of one field of a segment. */
final class ForestSearch {
  /** A query that says nothing may score so many vectors for each hit it asks for. */
  private static final int BUDGET_PER_HIT = 20;

  private static final int BATCH = 64;
  private static final int[] NONE = {};

  private final VectorField field;
  private final KnnCollector collector;
  private final AcceptedOrdinals accepted;
  private final SearchOptions options;
  private final CollectorAdapter adapter;
  private final int[] seeds;

  private ForestSearch(VectorField field, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    this.field = field;
    this.collector = collector;
    this.accepted = AcceptedOrdinals.of(acceptDocs, field.index().ids());
    this.seeds = seeds(collector.getSearchStrategy(), field.index().size());
    int budget = budget();
    this.adapter = new CollectorAdapter(collector, field.similarity(), field.index().ids(), seeds);
    // How many lie above a threshold is not known before all are scored.
    int wanted =
        CollectorAdapter.isByThreshold(collector) ? Math.max(1, accepted.count()) : collector.k();
    this.options = new SearchOptions(wanted, budget, accepted.bits(), accepted.count());
  }

  static void run(VectorField field, float[] query, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    run(
        field,
        collector,
        acceptDocs,
        search -> {
          field.index().search(query, search.options, search.adapter);
          if (search.seeds.length > 0) {
            search.addSeeds(field.index().scorer(query));
          }
        });
  }

  static void run(VectorField field, byte[] query, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    run(
        field,
        collector,
        acceptDocs,
        search -> {
          field.index().search(query, search.options, search.adapter);
          if (search.seeds.length > 0) {
            search.addSeeds(field.index().scorer(query));
          }
        });
  }

  private interface Step {
    void run(ForestSearch search) throws IOException;
  }

  private static void run(
      VectorField field, KnnCollector collector, AcceptDocs acceptDocs, Step step)
      throws IOException {
    if (field.index().size() == 0 || collector.k() == 0) {
      return;
    }
    try {
      step.run(new ForestSearch(field, collector, acceptDocs));
    } catch (UncheckedIOException e) {
      throw field.translate(e.getCause());
    } catch (IOException e) {
      throw field.translate(e);
    } catch (RuntimeException e) {
      throw field.translate(e);
    }
  }

  /**
   * Lucene searches a segment again, with what it found as seeds and perhaps a smaller k, if all of
   * that was good. The second time must look further than the first.
   */
  private int budget() {
    ForestSearchStrategy strategy = ForestSearchStrategy.of(collector.getSearchStrategy());
    long hits = Math.max(collector.k(), seeds.length);
    long budget = strategy != null ? strategy.budget() : defaultBudget(hits);
    if (seeds.length > 0) {
      budget = 2 * Math.max(budget, hits);
    }
    return (int) Math.min(Integer.MAX_VALUE, budget);
  }

  private long defaultBudget(long hits) {
    return field.defaultBudget() == 0
        ? field.index().defaultBudget((int) Math.min(Integer.MAX_VALUE, hits))
        : Math.max(field.defaultBudget(), BUDGET_PER_HIT * hits);
  }

  private static int[] seeds(KnnSearchStrategy strategy, int size) throws IOException {
    if (!(strategy instanceof KnnSearchStrategy.Seeded seeded)
        || seeded.numberOfEntryPoints() == 0) {
      return NONE;
    }
    int[] seeds = new int[Math.min(size, seeded.numberOfEntryPoints())];
    int count = 0;
    DocIdSetIterator ordinals = seeded.entryPoints();
    int ordinal = ordinals.nextDoc();
    while (ordinal < size && count < seeds.length) {
      seeds[count++] = ordinal;
      ordinal = ordinals.nextDoc();
    }
    return Arrays.copyOf(seeds, count);
  }

  /** Offers the accepted seeds that the forest has not. */
  private void addSeeds(Scorer scorer) throws IOException {
    int[] batch = new int[BATCH];
    float[] proximities = new float[BATCH];
    int next = 0;
    while (next < seeds.length && !adapter.stopped()) {
      int count = 0;
      while (next < seeds.length && count < BATCH) {
        if (!adapter.isMet(next) && accepted.accepts(seeds[next])) {
          batch[count++] = seeds[next];
        }
        next++;
      }
      if (count > 0) {
        scorer.proximities(batch, count, proximities);
        adapter.scored(count);
        for (int i = 0; i < count; i++) {
          adapter.collect(batch[i], proximities[i]);
        }
      }
    }
  }
}
