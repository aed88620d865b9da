package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.VectorUtil;

/**
 * Many threads search an index of many segments, one whose reader is closed under them again and
 * again, and one that is written, merged and reopened meanwhile.
 */
public final class LoadChild {
  private static final int LIVE = 2000;
  private static final int K = 10;
  private static final int MANY_DOCUMENTS = 40;

  /** Few segments, because closing takes long; and large ones, which searches are often in. */
  private static final int CLOSED_SEGMENTS = 2;

  private static final int CLOSED_DOCUMENTS = 400;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong searches = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong replaced = new AtomicLong();
  private final AtomicReference<DirectoryReader> shared = new AtomicReference<>();
  private final int pauseMillis;

  private LoadChild(int pauseMillis) {
    this.pauseMillis = pauseMillis;
  }

  /** What a thread does again and again. */
  private interface Step {
    void run(Random random) throws Exception;
  }

  /** Arguments: a folder, segments, threads, seconds, milliseconds between two reopenings. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int threads = Integer.parseInt(args[2]);
    int seconds = Integer.parseInt(args[3]);
    // Warm: libraries are loaded, code is compiled, the allocator has its arenas for the threads.
    new LoadChild(10).run(folder.resolve("warm"), 3, threads, Math.max(1, seconds / 20));
    long descriptors = Proc.descriptors();
    long resident = Proc.anonymous();
    new LoadChild(Integer.parseInt(args[4]))
        .run(folder.resolve("load"), Integer.parseInt(args[1]), threads, seconds);
    require(Proc.descriptors() <= descriptors, Proc.descriptors() + " files, not " + descriptors);
    require(Proc.mapped(folder.toString()) == 0, "files are still mapped");
    requireLittleMore(resident);
    System.out.println("DONE");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  private void run(Path folder, int segments, int threads, int seconds) throws Exception {
    try (Directory many = new MMapDirectory(folder.resolve("many"));
        Directory closed = new MMapDirectory(folder.resolve("closed"));
        Directory live = new MMapDirectory(folder.resolve("live"))) {
      create(many, segments, MANY_DOCUMENTS);
      create(closed, CLOSED_SEGMENTS, CLOSED_DOCUMENTS);
      try (IndexWriter writer = new IndexWriter(live, config());
          DirectoryReader manyOpen = DirectoryReader.open(many);
          SearcherManager searchers = new SearcherManager(writer, null)) {
        shared.set(DirectoryReader.open(closed));
        System.out.println(
            Proc.mapped(folder.toString()) + " maps of " + segments + " segments are open");
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          all.add(
              switch (i % 3) {
                case 0 -> start("many-" + i, r -> search(new IndexSearcher(manyOpen), r));
                case 1 -> start("shared-" + i, this::searchShared);
                default -> start("live-" + i, r -> search(searchers, r));
              });
        }
        AtomicInteger next = new AtomicInteger();
        all.add(start("index", random -> index(writer, next, random)));
        all.add(start("reopen", random -> reopen(searchers, random)));
        all.add(start("close", random -> replaceShared(closed, random)));
        watch(seconds);
        stopped.set(true);
        for (Thread thread : all) {
          thread.join();
        }
        shared.get().close();
      }
    }
    if (failure.get() != null) {
      throw new AssertionError("a thread failed", failure.get());
    }
    require(searches.get() > 0, "nothing was found");
    System.out.println(
        searches + " searches, " + refused + " met one of " + replaced + " closed readers");
    require(segments < 10 || refused.get() > 0, "no reader was closed under a search");
    try (Stream<Path> files = Files.walk(folder)) {
      require(files.noneMatch(f -> f.toString().endsWith(".tmp")), "scratch files are left");
    }
  }

  /** Native memory has grown to what it needs after a third of the time. */
  private void watch(int seconds) throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long third = System.nanoTime() + seconds * 333_000_000L;
    long resident = 0;
    while (System.nanoTime() < end && failure.get() == null) {
      Thread.sleep(200);
      if (resident == 0 && System.nanoTime() > third) {
        resident = Proc.anonymous();
        System.out.println("anonymous memory " + (resident >> 20) + " MiB after a third");
      }
      System.out.println(searches + " searches"); // it is alive
    }
    if (failure.get() == null) {
      requireLittleMore(resident);
    }
  }

  private static void requireLittleMore(long resident) throws IOException {
    long last = Proc.anonymous();
    System.out.println("anonymous memory " + (last >> 20) + " MiB at the end");
    require(last - resident < 48L << 20, "memory has grown from " + resident + " to " + last);
  }

  private Thread start(String name, Step step) {
    Thread thread =
        new Thread(
            () -> {
              Random random = new Random(name.hashCode());
              try {
                while (!stopped.get() && failure.get() == null) {
                  step.run(random);
                }
              } catch (Throwable t) {
                failure.compareAndSet(null, t);
              }
            },
            name);
    thread.start();
    return thread;
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig()
        .setCodec(
            Documents.codec(
                true,
                ForestParameters.DEFAULT.withForestFrom(30).withLeafSize(8).withDefaultBudget(30)))
        .setMaxBufferedDocs(100);
  }

  private static void create(Directory directory, int segments, int documents) throws IOException {
    IndexWriterConfig config =
        config().setMergePolicy(NoMergePolicy.INSTANCE).setMaxBufferedDocs(documents + 1);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < segments * documents; i++) {
        writer.addDocument(Documents.of(i));
        if ((i + 1) % documents == 0) {
          writer.flush();
          System.out.println((i + 1) / documents + " segments"); // it is alive
        }
      }
    }
  }

  private void index(IndexWriter writer, AtomicInteger next, Random random) throws IOException {
    for (int i = 0; i < 50; i++) {
      int number = next.getAndIncrement();
      writer.addDocument(Documents.of(number));
      writer.deleteDocuments(new Term("id", Integer.toString(number - LIVE)));
    }
    switch (random.nextInt(40)) {
      case 0 -> writer.forceMerge(1 + random.nextInt(3));
      case 1 -> writer.forceMergeDeletes();
      case 2 -> writer.commit();
      default -> {
        // more documents
      }
    }
  }

  private void reopen(SearcherManager searchers, Random random)
      throws IOException, InterruptedException {
    Thread.sleep(random.nextInt(2 * pauseMillis));
    searchers.maybeRefresh();
  }

  /** Closes what a third of the threads are searching, and gives them another. */
  private void replaceShared(Directory closed, Random random)
      throws IOException, InterruptedException {
    Thread.sleep(random.nextInt(1 + pauseMillis / 5));
    DirectoryReader before = shared.get();
    shared.set(DirectoryReader.open(closed));
    before.close();
    replaced.incrementAndGet();
  }

  private void search(SearcherManager searchers, Random random) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      search(searcher, random);
    } finally {
      searchers.release(searcher);
    }
  }

  private void searchShared(Random random) throws IOException {
    try {
      search(new IndexSearcher(shared.get()), random);
    } catch (AlreadyClosedException e) {
      refused.incrementAndGet();
    } catch (NullPointerException e) {
      // Once in a million: Lucene's own input was closed between its check and its use.
      String thrower = e.getStackTrace()[0].getClassName();
      if (!thrower.startsWith("org.apache.lucene.store.MemorySegmentIndexInput")) {
        throw e;
      }
      refused.incrementAndGet();
    }
  }

  private void search(IndexSearcher searcher, Random random) throws IOException {
    float[] query = Documents.floats(random.nextInt());
    TermQuery filter = new TermQuery(new Term("id", Integer.toString(random.nextInt(1000))));
    ScoreDoc[] hits =
        searcher.search(
                new KnnFloatVectorQuery("all", query, K, random.nextInt(4) == 0 ? filter : null), K)
            .scoreDocs;
    for (ScoreDoc hit : hits) {
      int number = Integer.parseInt(searcher.storedFields().document(hit.doc).get("id"));
      float expected = 1 / (1 + VectorUtil.squareDistance(query, Documents.floats(number)));
      require(Math.abs(hit.score - expected) < 1e-4, number + " scored " + hit.score);
    }
    searches.incrementAndGet();
  }
}
