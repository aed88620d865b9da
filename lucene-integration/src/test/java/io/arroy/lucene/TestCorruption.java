package io.arroy.lucene;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.EnvironmentFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.mockfile.FilterPath;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.TestUtil;

/** Damaged files are refused or found out, and never bring the JVM down. */
public class TestCorruption extends ArroyTestCase {
  private static final int DIMENSION = 24;

  private Path folder;

  /** One segment; returns our files. */
  private List<Path> write(boolean ours, boolean compound) throws IOException {
    folder = createTempDir();
    ForestParameters parameters = randomParameters();
    IndexWriterConfig config =
        config(ours ? ourCodec(parameters) : foreignCodec(parameters), compound)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setMaxBufferedDocs(10_000)
            .setRAMBufferSizeMB(100);
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      int count = TestUtil.nextInt(random(), 1, 600);
      boolean sparse = random().nextBoolean();
      for (int i = 0; i < count; i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("f", randomVector(DIMENSION, randomSimilarity())));
        document.add(new KnnByteVectorField("b", randomBytes(DIMENSION)));
        writer.addDocument(document);
        if (sparse) {
          writer.addDocument(new Document());
        }
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(lmdb.?|cfs)")).toList();
    }
  }

  public void testFlippedBits() throws IOException {
    for (int round = 0; round < 8; round++) {
      boolean compound = random().nextBoolean();
      List<Path> files = write(random().nextBoolean(), compound);
      for (int i = 0; i < 12; i++) {
        Path file = files.get(random().nextInt(files.size()));
        byte[] intact = Files.readAllBytes(file);
        byte[] damaged = intact.clone();
        int at =
            random().nextInt(3) == 0
                ? Math.min(damaged.length - 1, random().nextInt(2 * 4096))
                : random().nextInt(damaged.length);
        damaged[at] ^= (byte) (1 << random().nextInt(8));
        Files.write(file, damaged);
        checkFoundOut(file + " at byte " + at);
        Files.write(file, intact);
        checkIntact();
      }
    }
  }

  /** A merge of damaged files is refused, or gives what one of intact files gives. */
  public void testMergesPassOnNoDamage() throws IOException {
    int refused = 0;
    for (int round = 0; round < 4; round++) {
      List<Path> files = write(random().nextBoolean(), random().nextBoolean());
      byte[] expected = merged();
      for (int i = 0; i < 12; i++) {
        Path file = files.get(random().nextInt(files.size()));
        byte[] intact = Files.readAllBytes(file);
        byte[] damaged = intact.clone();
        damaged[random().nextInt(damaged.length)] ^= (byte) (1 << random().nextInt(8));
        Files.write(file, damaged);
        try {
          assertArrayEquals(expected, merged());
        } catch (IOException e) {
          assertTrue(file + ": " + e, isCorruption(e));
          refused++;
        }
        Files.write(file, intact);
      }
    }
    assertTrue("never refused", refused > 0);
  }

  /** Codes that a merge takes over, from a segment without a forest, are verified. */
  public void testMergesTakeNoDamagedCodes() throws IOException {
    folder = createTempDir();
    ForestParameters parameters = ForestParameters.DEFAULT;
    IndexWriterConfig config =
        config(ourCodec(parameters), false)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setMaxBufferedDocs(10_000)
            .setRAMBufferSizeMB(100);
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < 1600; i++) {
        Document document = new Document();
        float[] vector = randomVector(72, VectorSimilarityFunction.EUCLIDEAN);
        document.add(new KnnFloatVectorField("f", vector, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
        if (i == 1500) {
          writer.flush();
        }
      }
    }
    Path largest;
    try (Stream<Path> files = Files.list(folder)) {
      largest =
          files
              .filter(file -> file.toString().endsWith(".lmdb"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
    }
    byte[] codes;
    try (EnvironmentFile file = EnvironmentFile.open(FilterPath.unwrap(largest))) {
      BlockKey key =
          file.keys().stream()
              .filter(k -> k.kind() == BlockKind.SCAN_CODES)
              .findFirst()
              .orElseThrow();
      Block block = file.get(key);
      codes = block.cursor().read(0, (int) block.length()).toArray(ValueLayout.JAVA_BYTE);
    }
    byte[] intact = Files.readAllBytes(largest);
    int start = 0;
    while (!Arrays.equals(intact, start, start + codes.length, codes, 0, codes.length)) {
      start += 16; // values on pages of their own begin after the page's header
    }
    merged(parameters);
    for (int i = 0; i < 10; i++) {
      byte[] damaged = intact.clone();
      damaged[start + random().nextInt(codes.length)] ^= (byte) (1 << random().nextInt(8));
      Files.write(largest, damaged);
      IOException e = expectThrows(IOException.class, () -> merged(parameters));
      assertTrue(e.toString(), isCorruption(e));
    }
  }

  private byte[] merged() throws IOException {
    return merged(ForestParameters.DEFAULT.withForestFrom(0).withLeafSize(8));
  }

  /** The environment of all segments in one. */
  private byte[] merged(ForestParameters parameters) throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(directory);
        Directory other = new ByteBuffersDirectory()) {
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setCodec(ourCodec(parameters))
              .setMergeScheduler(new SerialMergeScheduler())
              .setUseCompoundFile(false);
      try (IndexWriter writer = new IndexWriter(other, config)) {
        List<CodecReader> segments = new ArrayList<>();
        for (LeafReaderContext context : reader.leaves()) {
          segments.add((CodecReader) context.reader());
        }
        writer.addIndexes(segments.toArray(CodecReader[]::new));
      }
      for (String name : other.listAll()) {
        if (name.endsWith(".lmdb") || name.endsWith(".lmdbc")) {
          try (IndexInput in = other.openInput(name, IOContext.READONCE)) {
            byte[] bytes = new byte[(int) in.length()];
            in.readBytes(bytes, 0, bytes.length);
            return bytes;
          }
        }
      }
      throw new AssertionError(Arrays.toString(other.listAll()));
    }
  }

  public void testCutFiles() throws IOException {
    for (int round = 0; round < 5; round++) {
      List<Path> files = write(random().nextBoolean(), random().nextBoolean());
      for (int i = 0; i < 5; i++) {
        Path file = files.get(random().nextInt(files.size()));
        byte[] intact = Files.readAllBytes(file);
        int length = random().nextInt(intact.length);
        if (random().nextInt(3) == 0) {
          length = Math.max(0, intact.length - 1 - random().nextInt(20));
        }
        Files.write(file, Arrays.copyOf(intact, length));
        checkRefused(file + " cut to " + length);
        Files.write(file, Arrays.copyOf(intact, intact.length + 1 + random().nextInt(5000)));
        checkRefused(file + " made longer");
        Files.write(file, intact);
        checkIntact();
      }
    }
  }

  public void testMissingFiles() throws IOException {
    for (Path file : write(random().nextBoolean(), random().nextBoolean())) {
      byte[] intact = Files.readAllBytes(file);
      Files.delete(file);
      expectThrows(IOException.class, this::open);
      Files.write(file, intact);
      checkIntact();
    }
  }

  /** The segment id in its header tells a file from one of another segment. */
  public void testFilesOfAnotherSegment() throws IOException {
    List<Path> one = write(true, false);
    Path first = folder;
    List<Path> other = write(true, false);
    for (Path file : one) {
      Path replaced = folder.resolve(file.getFileName());
      byte[] intact = Files.readAllBytes(replaced);
      Files.write(replaced, Files.readAllBytes(file));
      checkRefused(replaced + " of another segment");
      Files.write(replaced, intact);
    }
    assertEquals(one.size(), other.size());
    assertNotEquals(first, folder);
    checkIntact();
  }

  /** The checksum in its companion tells an environment from another of the same length. */
  public void testEnvironmentOfAnotherSegmentOfEqualLength() throws IOException {
    List<Path> environments = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      folder = createTempDir();
      IndexWriterConfig config =
          config(ourCodec(ForestParameters.DEFAULT.withForestFrom(1000)), false);
      try (Directory directory = new MMapDirectory(folder);
          IndexWriter writer = new IndexWriter(directory, config.setMaxBufferedDocs(1000))) {
        for (int doc = 0; doc < 50; doc++) {
          Document document = new Document();
          float[] vector = randomVector(DIMENSION, VectorSimilarityFunction.EUCLIDEAN);
          document.add(new KnnFloatVectorField("f", vector, VectorSimilarityFunction.EUCLIDEAN));
          writer.addDocument(document);
        }
      }
      try (Stream<Path> files = Files.list(folder)) {
        environments.add(files.filter(file -> file.toString().endsWith(".lmdb")).findAny().get());
      }
    }
    assertEquals(Files.size(environments.get(0)), Files.size(environments.get(1)));
    Files.write(environments.get(1), Files.readAllBytes(environments.get(0)));
    checkRefused("another of the same length");
  }

  /** A segment that is refused leaves nothing open: the mock directory would tell. */
  public void testRefusedSegmentsAreClosed() throws IOException {
    for (Path file : write(true, false)) {
      if (!file.toString().endsWith(".lmdb")) {
        continue;
      }
      byte[] intact = Files.readAllBytes(file);
      for (int at : new int[] {intact.length - 1, header(intact)}) {
        byte[] damaged = intact.clone();
        damaged[at] ^= 1;
        Files.write(file, damaged);
        try (MockDirectoryWrapper directory =
            new MockDirectoryWrapper(random(), new NIOFSDirectory(folder))) {
          directory.setCheckIndexOnClose(false);
          expectThrows(CorruptIndexException.class, () -> DirectoryReader.open(directory));
        }
      }
      Files.write(file, intact);
    }
    checkIntact();
  }

  /** Where an items header has the dimension. */
  private static int header(byte[] environment) {
    ByteBuffer bytes = ByteBuffer.wrap(environment).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 10 <= environment.length; at++) {
      if (bytes.getInt(at) == 1 && bytes.getInt(at + 6) == DIMENSION) {
        return at + 6;
      }
    }
    throw new AssertionError("no header");
  }

  private void open() throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      use(reader);
    }
  }

  private void checkIntact() throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      reader.leaves().get(0).reader().checkIntegrity();
      use(reader);
    }
  }

  private void checkRefused(String what) throws IOException {
    for (Directory directory : directories()) {
      try (directory;
          DirectoryReader reader = DirectoryReader.open(directory)) {
        fail(what + " was opened: " + reader);
      } catch (IOException e) {
        assertTrue(what + ": " + e, isCorruption(e));
      }
    }
  }

  /** Refused when opened, or found by checkIntegrity after being used. */
  private void checkFoundOut(String what) throws IOException {
    for (Directory directory : directories()) {
      DirectoryReader opened;
      try {
        opened = DirectoryReader.open(directory);
      } catch (IOException e) {
        assertTrue(what + ": " + e, isCorruption(e));
        directory.close();
        continue;
      }
      try (directory;
          DirectoryReader reader = opened) {
        try {
          use(reader);
        } catch (CorruptIndexException e) {
          // found before it was looked for
        }
        expectThrows(
            CorruptIndexException.class,
            what,
            () -> {
              for (LeafReaderContext context : reader.leaves()) {
                context.reader().checkIntegrity();
              }
            });
      }
    }
  }

  /** The damaged files on disk, which are read in place if they can be, and in memory. */
  private List<Directory> directories() throws IOException {
    Directory onDisk = new MMapDirectory(folder);
    Directory inMemory = new ByteBuffersDirectory();
    for (String file : onDisk.listAll()) {
      if (file.startsWith("extra")) {
        continue; // of the mock file system
      }
      inMemory.copyFrom(onDisk, file, file, IOContext.READONCE);
    }
    return List.of(onDisk, inMemory);
  }

  private static boolean isCorruption(IOException e) {
    return e instanceof CorruptIndexException
        || e instanceof IndexFormatTooOldException
        || e instanceof IndexFormatTooNewException
        || e instanceof java.io.EOFException;
  }

  private static void use(DirectoryReader reader) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    List<KnnFloatVectorQuery> queries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      float[] query = new float[DIMENSION];
      Arrays.fill(query, random().nextFloat());
      queries.add(new KnnFloatVectorQuery("f", query, 1 + random().nextInt(10)));
    }
    for (KnnFloatVectorQuery query : queries) {
      searcher.search(query, 10);
    }
    searcher.search(new KnnByteVectorQuery("b", randomBytes(DIMENSION), 3), 3);
    for (LeafReaderContext context : reader.leaves()) {
      FloatVectorValues values = context.reader().getFloatVectorValues("f");
      for (int i = 0; i < values.size(); i++) {
        values.vectorValue(i);
      }
    }
  }
}
