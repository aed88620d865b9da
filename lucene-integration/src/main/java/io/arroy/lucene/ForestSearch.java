package io.arroy.lucene;

import io.arroy.forest.search.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/** Searches one field of a segment. */
final class ForestSearch {
  private static final int BATCH = 64;

  /** How many times as many hits as before a further round looks for. */
  private static final int GROWTH = 4;

  private static final int[] NONE = {};

  private ForestSearch() {}

  /** Offers the nearest accepted documents to a collector. */
  static void run(
      VectorField field, ForestQuery query, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    if (field.index().size() == 0 || collector.k() == 0) {
      return;
    }
    try {
      AcceptedOrdinals accepted = AcceptedOrdinals.of(acceptDocs, field.index().ids());
      Budget budget = Budget.of(field, collector);
      if (ThresholdSearch.isWanted(collector)) {
        new ThresholdSearch(field, query, collector, accepted, budget).run();
      } else {
        nearest(field, query, collector, accepted, budget);
      }
    } catch (UncheckedIOException e) {
      throw field.translate(e.getCause());
    } catch (IOException e) {
      throw field.translate(e);
    } catch (RuntimeException e) {
      throw field.translate(e);
    }
  }

  private static void nearest(
      VectorField field,
      ForestQuery query,
      KnnCollector collector,
      AcceptedOrdinals accepted,
      Budget budget)
      throws IOException {
    int[] seeds = seeds(collector.getSearchStrategy(), field.index().size());
    int size = field.index().size();
    CollectorAdapter adapter =
        new CollectorAdapter(collector, field.similarity(), field.index().ids(), size, seeds);
    // Lucene searches a segment again, with what was found as seeds and perhaps a smaller k, when
    // all of that was good. The second search must not find less than the first, and look further
    // where a budget has ended that.
    int hits = Math.max(collector.k(), seeds.length);
    boolean done = false;
    while (!done) {
      adapter.begin(Math.clamp(hits, 1, size));
      query.search(budget.options(hits, seeds.length > 0 ? 2 : 1, accepted), adapter);
      adapter.end();
      done = hits >= accepted.most() || adapter.isDone();
      hits = (int) Math.min(size, (long) hits * GROWTH);
    }
    if (seeds.length > 0) {
      addSeeds(seeds, query.scorer(), accepted, adapter);
    }
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
  private static void addSeeds(
      int[] seeds, Scorer scorer, AcceptedOrdinals accepted, CollectorAdapter adapter)
      throws IOException {
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
        // Of all that is accepted each counts once, and a scan has scored them by their codes.
        adapter.scored(Math.clamp(accepted.most() - adapter.reported(), 0, count));
        for (int i = 0; i < count; i++) {
          adapter.collect(batch[i], proximities[i]);
        }
      }
    }
  }
}
