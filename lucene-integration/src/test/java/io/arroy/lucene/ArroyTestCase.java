package io.arroy.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import com.carrotsearch.randomizedtesting.generators.RandomPicks;
import io.arroy.forest.tree.BuildOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FileSwitchDirectory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NRTCachingDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.VectorUtil;

/** What the tests of this module share. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
abstract class ArroyTestCase extends LuceneTestCase {
  /** Kinds of directories, each over a folder of its own where it needs one. */
  enum Kind {
    MMAP(true),
    NIOFS(true),
    IN_MEMORY(false),
    NRT_CACHING(false),
    FILE_SWITCH(false),
    MOCK(false),
    MOCK_FILES(true);

    /** Whether LMDB can always open its files where they are. */
    final boolean onDisk;

    Kind(boolean onDisk) {
      this.onDisk = onDisk;
    }
  }

  static Directory open(Kind kind, Path folder) throws IOException {
    return switch (kind) {
      case MMAP -> new MMapDirectory(folder);
      case NIOFS -> new NIOFSDirectory(folder);
      case IN_MEMORY -> new ByteBuffersDirectory();
      case NRT_CACHING -> new NRTCachingDirectory(new MMapDirectory(folder), 5, 60);
      case FILE_SWITCH ->
          new FileSwitchDirectory(
              random().nextBoolean() ? Set.of("lmdb", "lmdbc", "lmdbw") : Set.of("lmdbm", "cfs"),
              new MMapDirectory(folder.resolve("one")),
              new NIOFSDirectory(folder.resolve("other")),
              true);
      case MOCK -> newMockDirectory();
      case MOCK_FILES -> newMockFSDirectory(folder);
    };
  }

  static Codec ourCodec(ForestParameters parameters) {
    return new ArroyCodec(parameters);
  }

  static Codec foreignCodec(ForestParameters parameters) {
    return TestUtil.alwaysKnnVectorsFormat(new ArroyVectorsFormat(parameters));
  }

  static Codec randomCodec(ForestParameters parameters) {
    return random().nextBoolean() ? ourCodec(parameters) : foreignCodec(parameters);
  }

  /** Mostly such that segments of a few hundred vectors have forests that searches walk through. */
  static ForestParameters randomParameters() {
    return random().nextInt(4) == 0
        ? ForestParameters.DEFAULT
        : ForestParameters.DEFAULT
            .withTrees(TestUtil.nextInt(random(), 1, 4))
            .withLeafSize(TestUtil.nextInt(random(), 2, 60))
            .withForestFrom(random().nextInt(200))
            .withSeed(random().nextLong())
            .withCalibrateFrom(random().nextInt(8) == 0 ? 100 : Integer.MAX_VALUE)
            .withBuildMemoryBytes(BuildOptions.MIN_MEMORY_BYTES)
            .withDefaultBudget(TestUtil.nextInt(random(), 1, 300));
  }

  /** Writes segments as compound files always or never. */
  static IndexWriterConfig config(Codec codec, boolean compound) {
    IndexWriterConfig config = newIndexWriterConfig().setCodec(codec).setUseCompoundFile(compound);
    // Not any policy: the framework's random one packs segments whatever it is told.
    config.setMergePolicy(newTieredMergePolicy());
    config.getMergePolicy().setNoCFSRatio(compound ? 1 : 0);
    config.getMergePolicy().setMaxCFSSegmentSizeMB(Double.POSITIVE_INFINITY);
    return config;
  }

  static float[] randomVector(int dimension, VectorSimilarityFunction function) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random().nextGaussian();
    }
    return function == VectorSimilarityFunction.DOT_PRODUCT
        ? VectorUtil.l2normalize(vector, false)
        : vector;
  }

  static byte[] randomBytes(int dimension) {
    byte[] vector = new byte[dimension];
    random().nextBytes(vector);
    return vector;
  }

  static VectorSimilarityFunction randomSimilarity() {
    return RandomPicks.randomFrom(random(), VectorSimilarityFunction.values());
  }

  /** Our reader of a field of a segment. */
  static ArroyVectorsReader reader(LeafReader leaf, String field) {
    KnnVectorsReader reader = ((CodecReader) FilterLeafReader.unwrap(leaf)).getVectorReader();
    return (ArroyVectorsReader)
        ((PerFieldKnnVectorsFormat.FieldsReader) reader).getFieldReader(field);
  }
}
