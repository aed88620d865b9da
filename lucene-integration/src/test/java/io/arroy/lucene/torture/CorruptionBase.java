package io.arroy.lucene.torture;

import io.arroy.lucene.ForestParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.BytesRef;

/**
 * A small intact index of two segments, held in memory, and what searching it finds.
 *
 * @param files all its files
 * @param parts what of them is ours
 * @param numbers its documents
 * @param hits what {@link #search} finds
 */
record CorruptionBase(
    Map<String, byte[]> files, List<Part> parts, Set<Integer> numbers, String hits) {
  private static final int DOCUMENTS = 100;
  private static final int K = 10;

  /**
   * From this shape on a segment has no forest, and so many vectors that they are scanned by code.
   */
  private static final int WITHOUT_FOREST = 8;

  /** Documents of which four in five have a wide vector. */
  private static final int SCANNED_DOCUMENTS = 1_400;

  /**
   * Ways to write an index: the codec, compound files, few trees or so many that LMDB branches, no
   * trees at all.
   */
  static final int SHAPES = 10;

  /**
   * A file, or what lies in a compound file.
   *
   * @param name its own name
   * @param file where it lies
   * @param from its first byte there
   * @param to one past its last byte
   */
  record Part(String name, String file, int from, int to) {
    @Override
    public String toString() {
      return name.equals(file) ? name : name + " in " + file;
    }
  }

  static CorruptionBase create(int shape) throws IOException {
    boolean ours = (shape & 1) == 0;
    boolean compound = (shape & 2) == 0;
    ForestParameters parameters = parameters(shape);
    try (Directory directory = new ByteBuffersDirectory()) {
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setCodec(Documents.codec(ours, parameters))
              .setUseCompoundFile(compound)
              .setMergePolicy(NoMergePolicy.INSTANCE);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        int first = shape < WITHOUT_FOREST ? DOCUMENTS : SCANNED_DOCUMENTS;
        for (int i = 0; i < first + DOCUMENTS; i++) {
          writer.addDocument(Documents.of(i));
          if (i == first) {
            writer.flush();
          }
        }
      }
      Map<String, byte[]> files = new TreeMap<>();
      for (String name : directory.listAll()) {
        if (!name.equals("write.lock")) {
          files.put(name, read(directory, name));
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        return new CorruptionBase(
            files, parts(directory, files), Documents.check(reader), search(reader));
      }
    }
  }

  static ForestParameters parameters(int shape) {
    if (shape >= WITHOUT_FOREST) {
      return ForestParameters.DEFAULT;
    }
    return ForestParameters.DEFAULT
        .withForestFrom(0)
        .withLeafSize(8)
        .withTrees((shape & 4) == 0 ? 2 : 24)
        .withDefaultBudget(25)
        .withCalibrateFrom(50);
  }

  private static List<Part> parts(Directory directory, Map<String, byte[]> files)
      throws IOException {
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (isOurs(file.getKey())) {
        parts.add(new Part(file.getKey(), file.getKey(), 0, file.getValue().length));
      }
    }
    for (SegmentCommitInfo commit : SegmentInfos.readLatestCommit(directory)) {
      SegmentInfo info = commit.info;
      if (info.getUseCompoundFile()) {
        String packed = info.name + ".cfs";
        try (CompoundDirectory inside =
            info.getCodec().compoundFormat().getCompoundReader(directory, info)) {
          for (String name : inside.listAll()) {
            String whole = name.startsWith("_") ? name : info.name + name;
            byte[] bytes = isOurs(name) ? read(inside, name) : new byte[0];
            int at = Anatomy.find(files.get(packed), bytes, 0, files.get(packed).length);
            if (isOurs(name) && at >= 0 && !files.containsKey(whole)) {
              parts.add(new Part(whole, packed, at, at + bytes.length));
            }
          }
        }
      }
    }
    return parts;
  }

  private static boolean isOurs(String name) {
    return name.contains(".lmdb");
  }

  private static byte[] read(Directory directory, String name) throws IOException {
    try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
      byte[] bytes = new byte[Math.toIntExact(in.length())];
      in.readBytes(bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** All documents found by a few queries, with their scores. */
  static String search(DirectoryReader reader) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    List<BytesRef> some = new ArrayList<>();
    for (int number = 0; number < 2 * DOCUMENTS; number++) {
      if (number % 10 < 3) {
        some.add(new BytesRef(Integer.toString(number)));
      }
    }
    Query filter = new TermInSetQuery("id", some); // so few that they are counted by leaf
    StringBuilder hits = new StringBuilder();
    for (int number = 1000; number < 1003; number++) {
      Query[] queries = {
        new KnnFloatVectorQuery("all", Documents.floats(number), K),
        new KnnFloatVectorQuery("f", Documents.wide(number), K),
        new KnnFloatVectorQuery("all", Documents.floats(number), K, filter),
        new KnnByteVectorQuery("b", Documents.bytes(number), K)
      };
      for (Query query : queries) {
        for (ScoreDoc hit : searcher.search(query, K).scoreDocs) {
          hits.append(hit.doc).append(':').append(hit.score).append(' ');
        }
      }
    }
    return hits.toString();
  }

  /** The same index with one file replaced, or missing if {@code bytes} is null. */
  Mutation with(String description, String file, byte[] bytes) {
    Map<String, byte[]> changed = new HashMap<>(files);
    if (bytes == null) {
      changed.remove(file);
    } else {
      changed.put(file, bytes);
    }
    return new Mutation(description, changed, false, Mutation.Found.OPENING);
  }
}
