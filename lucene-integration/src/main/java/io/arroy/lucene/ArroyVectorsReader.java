package io.arroy.lucene;

import io.arroy.forest.ForestIndex;
import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockCatalog;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockKind;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.StoredBlock;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.IOUtils;

/** Reads and searches what {@link ArroyVectorsWriter} has written. */
final class ArroyVectorsReader extends KnnVectorsReader {
  private final Companion companion;
  private final SegmentEnvironment environment;

  /** Whether this is for one merge, and the environment another's. */
  private final boolean merging;

  private final Map<String, VectorField> fields = new HashMap<>();

  ArroyVectorsReader(SegmentReadState state) throws IOException {
    merging = false;
    companion = Companion.read(state);
    environment = SegmentEnvironment.open(state, companion);
    try {
      for (int i = 0; i < companion.fields().size(); i++) {
        open(state, i, new Failures(environment.resource()));
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, environment);
      throw t;
    }
  }

  /** The same segment for a merge: every block is verified when it is first read. */
  private ArroyVectorsReader(ArroyVectorsReader whole) throws IOException {
    merging = true;
    companion = whole.companion;
    environment = whole.environment;
    BlockSource source = environment.checkedSource();
    for (Map.Entry<String, VectorField> each : whole.fields.entrySet()) {
      VectorField field = each.getValue();
      try {
        fields.put(each.getKey(), field.of(source));
      } catch (IOException e) {
        throw field.translate(e);
      }
    }
  }

  private void open(SegmentReadState state, int number, Failures failures) throws IOException {
    Companion.Field recorded = companion.fields().get(number);
    FieldInfo info = state.fieldInfos.fieldInfo(recorded.number());
    if (info == null
        || info.getVectorDimension() != recorded.dimension()
        || info.getVectorEncoding() != recorded.encoding()
        || info.getVectorSimilarityFunction() != recorded.function()
        || recorded.count() > state.segmentInfo.maxDoc()) {
      throw failures.corrupt(
          recorded + " does not fit a segment of " + state.segmentInfo.maxDoc() + " documents",
          null);
    }
    try {
      Similarity similarity = Similarity.of(info, recorded.manhattan());
      ForestIndex index = ForestIndex.open(environment.source(), number);
      IndexDescription expected =
          new IndexDescription(
              number, similarity.distance(), similarity.elementType(), recorded.dimension());
      if (!index.description().equals(expected) || index.size() != recorded.count()) {
        throw failures.corrupt(
            index.description() + " of " + index.size() + " items, recorded is " + recorded, null);
      }
      int last = index.size() == 0 ? -1 : index.ids().cursor().id(index.size() - 1);
      if (last >= state.segmentInfo.maxDoc()) {
        throw failures.corrupt("field \"" + info.name + "\" has document " + last, null);
      }
      fields.put(info.name, new VectorField(index, similarity, recorded.defaultBudget(), failures));
    } catch (IllegalArgumentException e) {
      throw failures.corrupt("field \"" + info.name + "\": " + e.getMessage(), e);
    } catch (IOException e) {
      throw failures.translate(e);
    }
  }

  /**
   * Reads the whole file and compares all checksums. For a merge there is nothing to do: it
   * verifies each block that it reads, which saves a pass over the file and can be interrupted.
   */
  @Override
  public void checkIntegrity() throws IOException {
    if (!merging) {
      environment.checkIntegrity();
    }
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) {
    return new ForestFloatVectorValues(field(field, VectorEncoding.FLOAT32));
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) {
    return new ForestByteVectorValues(field(field, VectorEncoding.BYTE));
  }

  @Override
  public void search(String field, float[] target, KnnCollector knnCollector, AcceptDocs acceptDocs)
      throws IOException {
    VectorField found = field(field, VectorEncoding.FLOAT32);
    ForestSearch.run(found, ForestQuery.of(found.index(), target), knnCollector, acceptDocs);
  }

  @Override
  public void search(String field, byte[] target, KnnCollector knnCollector, AcceptDocs acceptDocs)
      throws IOException {
    VectorField found = field(field, VectorEncoding.BYTE);
    ForestSearch.run(found, ForestQuery.of(found.index(), target), knnCollector, acceptDocs);
  }

  @Override
  public KnnVectorsReader getMergeInstance() throws IOException {
    environment.expectSequential(true);
    return new ArroyVectorsReader(this);
  }

  @Override
  public void finishMerge() throws IOException {
    environment.expectSequential(false);
  }

  /** Bytes of the vectors ("vec") and of the forest over them, without LMDB's own pages. */
  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo fieldInfo) {
    VectorField field = field(fieldInfo.name, fieldInfo.getVectorEncoding());
    if (field.index().size() == 0) {
      return Map.of();
    }
    int number = field.index().description().index();
    long vectors = 0;
    long forest = 0;
    for (StoredBlock block : companion.image().blocks()) {
      if (block.key().index() == number) {
        if (block.key().kind() == BlockKind.VECTORS) {
          vectors += block.length();
        } else {
          forest += block.length();
        }
      }
    }
    return Map.of("vec", vectors, SegmentFiles.ENVIRONMENT, forest);
  }

  /** The blocks of all fields. */
  BlockCatalog blocks() {
    return new SegmentBlocks(
        environment.source(), companion.image().blocks().stream().map(StoredBlock::key).toList());
  }

  /** The name of the environment's file, before it is packed. */
  String environmentName() {
    return environment.name();
  }

  /** Whether LMDB has mapped the environment itself, rather than Lucene's directory. */
  boolean inPlace() {
    return environment.inPlace();
  }

  @Override
  public void close() throws IOException {
    if (!merging) {
      environment.close();
    }
  }

  /** A field, or null if none of its documents has a vector here. */
  VectorField fieldOrNull(String name) {
    return fields.get(name);
  }

  private VectorField field(String name, VectorEncoding encoding) {
    VectorField field = fields.get(name);
    if (field == null) {
      throw new IllegalArgumentException("field \"" + name + "\" has no vectors here");
    }
    int bytes = field.index().description().elementType().bytes();
    if (bytes != encoding.byteSize) {
      throw new IllegalArgumentException(
          "field \"" + name + "\" has elements of " + bytes + " bytes, not " + encoding);
    }
    return field;
  }

  /** The recorded blocks of an environment. */
  private record SegmentBlocks(BlockSource source, List<BlockKey> keys) implements BlockCatalog {
    @Override
    public Optional<Block> find(BlockKey key) throws IOException {
      return source.find(key);
    }
  }
}
