package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;

/**
 * Indexes until it is killed: adds the documents that come next, deletes the oldest, flushes,
 * merges and commits, and prints what it is about to do. Which documents a commit holds is in its
 * data.
 */
public final class IndexingChild {
  /** What it can be killed at, as it prints them. */
  static final List<String> PHASES = List.of("flush", "merge", "compound", "commit", "deletes");

  static final String FIRST = "first";
  static final String NEXT = "next";

  private static final int MOST_LIVE = 600;

  private IndexingChild() {}

  /** Arguments: the folder, the seed, the phase that must come. */
  public static void main(String[] args) throws IOException {
    Random random = new Random(Long.parseLong(args[1]));
    try (Directory directory = new Reporting(new MMapDirectory(Path.of(args[0])));
        IndexWriter writer =
            new IndexWriter(directory, config(random, args[2].equals("compound")))) {
      int[] range = new int[2];
      if (writer.getLiveCommitData() != null) {
        for (Map.Entry<String, String> entry : writer.getLiveCommitData()) {
          range[entry.getKey().equals(FIRST) ? 0 : 1] = Integer.parseInt(entry.getValue());
        }
      }
      while (true) {
        change(writer, random, range);
        if (random.nextInt(3) == 0) {
          commit(writer, range);
          System.out.println("COMMITTED " + range[0] + " " + range[1]);
        }
      }
    }
  }

  /** Adds and deletes some documents; the range is from the first to one past the last. */
  static void change(IndexWriter writer, Random random, int[] range) throws IOException {
    int more = 1 + random.nextInt(60);
    for (int i = 0; i < more; i++) {
      writer.addDocument(Documents.of(range[1]++));
    }
    int first = Math.min(range[1], Math.max(range[0], range[1] - MOST_LIVE) + random.nextInt(5));
    while (range[0] < first) {
      writer.deleteDocuments(new Term("id", Integer.toString(range[0]++)));
    }
    switch (random.nextInt(6)) {
      case 0 -> writer.flush();
      case 1 -> writer.forceMerge(1 + random.nextInt(2));
      default -> {
        // more documents first
      }
    }
  }

  static void commit(IndexWriter writer, int[] range) throws IOException {
    writer.setLiveCommitData(
        Map.of(FIRST, Integer.toString(range[0]), NEXT, Integer.toString(range[1])).entrySet());
    writer.commit();
  }

  static IndexWriterConfig config(Random random, boolean certainlyCompound) {
    boolean ours = random.nextInt(4) != 0;
    boolean compound = certainlyCompound || random.nextBoolean();
    ForestParameters parameters =
        ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(4).withTrees(2);
    TieredMergePolicy policy = new TieredMergePolicy();
    policy.setSegmentsPerTier(2 + random.nextInt(3));
    policy.setNoCFSRatio(compound ? 1 : 0);
    return new IndexWriterConfig()
        .setCodec(Documents.codec(ours, parameters))
        .setMergePolicy(policy)
        .setUseCompoundFile(compound)
        .setMaxBufferedDocs(10 + random.nextInt(60))
        .setCommitOnClose(false);
  }

  /** Prints what its writer does. */
  private static final class Reporting extends FilterDirectory {
    Reporting(Directory in) {
      super(in);
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      if (name.endsWith(".cfs") || name.endsWith(".lmdbc")) {
        System.out.println("compound");
      } else if (name.startsWith("pending_segments")) {
        System.out.println("commit");
      } else if (name.endsWith(".liv")) {
        System.out.println("deletes");
      } else {
        System.out.println(context.context() == IOContext.Context.MERGE ? "merge" : "flush");
      }
      return super.createOutput(name, context);
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
      System.out.println("commit");
      super.sync(names);
    }

    @Override
    public void rename(String source, String dest) throws IOException {
      System.out.println("commit");
      super.rename(source, dest);
      System.out.println("commit");
    }
  }
}
