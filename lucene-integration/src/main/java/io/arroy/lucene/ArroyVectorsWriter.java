package io.arroy.lucene;

import io.arroy.forest.ForestBuilder;
import io.arroy.forest.ItemWriter;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ImageDescription;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.ScratchEnvironment;
import io.arroy.forest.tree.BuildMonitor;
import io.arroy.forest.tree.BuildOptions;
import io.arroy.forest.tree.ForestInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * Writes the vectors of a segment's fields, and forests over them, into one environment: built in a
 * scratch file, then streamed into the directory. Nothing is opened before there is something to
 * write.
 */
final class ArroyVectorsWriter extends KnnVectorsWriter {
  private static final long SHALLOW_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(ArroyVectorsWriter.class);

  private final SegmentWriteState state;
  private final ForestParameters parameters;
  private final Executor executor;
  private final SegmentMonitor monitor;
  private final List<FieldBuffer<?>> buffers = new ArrayList<>();
  private final List<Companion.Field> fields = new ArrayList<>();
  private ScratchEnvironment scratch;
  private boolean finished;

  /**
   * @param executor the user's, or null
   */
  ArroyVectorsWriter(SegmentWriteState state, ForestParameters parameters, Executor executor) {
    this.state = state;
    this.parameters = parameters;
    this.executor = executor;
    this.monitor = new SegmentMonitor(state);
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo fieldInfo) {

    FieldBuffer<?> buffer = FieldBuffer.of(fieldInfo);
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public void flush(int maxDoc, Sorter.DocMap sortMap) throws IOException {
    for (FieldBuffer<?> buffer : buffers) {
      IndexDescription index = describe(buffer.info());
      ItemWriter items = new ItemWriter(index, scratch());
      buffer.write(items, sortMap);
      finish(items, buffer.info(), List.of());
      new ForestBuilder(options(monitor.field(buffer.info()), null)).build(index, scratch, scratch);
    }
  }

  /** Streams the merged vectors at once, and returns the building of the forest as the rest. */
  @Override
  public IORunnable mergeOneField(FieldInfo fieldInfo, MergeState mergeState) throws IOException {
    monitor.follow(mergeState);
    BuildMonitor building = monitor.field(fieldInfo);
    IndexDescription index = describe(fieldInfo);
    ItemWriter items = new ItemWriter(index, scratch());
    MergedField merged = new MergedField(fieldInfo, mergeState);
    merged.copyTo(items, building);
    finish(items, fieldInfo, merged.forests());
    BuildOptions options = options(building, mergeState.intraMergeTaskExecutor);
    return () -> merge(index, merged, options);
  }

  /**
   * @param given Lucene's executor, or null
   */
  private BuildOptions options(BuildMonitor building, Executor given) {
    BuildOptions options = parameters.buildOptions().withMonitor(building);
    Executor threads = executor == null ? given : executor;
    return threads == null ? options : options.withExecutor(threads);
  }

  private void merge(IndexDescription index, MergedField merged, BuildOptions options)
      throws IOException {
    try {
      new ForestBuilder(options).build(index, merged.forests(), scratch, scratch);
    } catch (CorruptEnvironmentException e) {
      throw new CorruptIndexException(e.getMessage(), merged.toString(), e);
    }
  }

  /** Streams the environment into the directory and writes the companion. */
  @Override
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("already finished");
    }
    finished = true;
    boolean wrapped =
        state.segmentInfo.getCodec() == null
            || !(state.segmentInfo.getCodec().compoundFormat() instanceof ArroyCompoundFormat);
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name,
            state.segmentSuffix,
            wrapped ? SegmentFiles.WRAPPED_ENVIRONMENT : SegmentFiles.ENVIRONMENT);
    Companion companion;
    try (IndexOutput out = state.directory.createOutput(name, state.context)) {
      if (wrapped) {
        CodecUtil.writeIndexHeader(
            out,
            SegmentEnvironment.CODEC,
            ArroyVectorsFormat.VERSION_CURRENT,
            state.segmentInfo.getId(),
            state.segmentSuffix);
        out.alignFilePointer(scratch().pageSize());
      }
      long offset = out.getFilePointer();
      ImageDescription image = scratch().copyTo(monitor.copying(out));
      // A codec footer in parts, because its checksum is recorded.
      CodecUtil.writeBEInt(out, CodecUtil.FOOTER_MAGIC);
      CodecUtil.writeBEInt(out, 0);
      long checksum = out.getChecksum();
      CodecUtil.writeBELong(out, checksum);
      companion = new Companion(wrapped, offset, out.getFilePointer(), checksum, fields, image);
    }
    close();
    companion.write(state);
  }

  @Override
  public long ramBytesUsed() {
    long bytes = SHALLOW_BYTES;
    for (FieldBuffer<?> buffer : buffers) {
      bytes += buffer.ramBytesUsed();
    }
    return bytes;
  }

  /** Deletes the scratch file. All there is to do after a failure. */
  @Override
  public void close() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }

  private ScratchEnvironment scratch() throws IOException {
    if (scratch == null) {
      scratch = ScratchFiles.create(state);
    }
    return scratch;
  }

  private IndexDescription describe(FieldInfo info) {
    Similarity similarity = Similarity.of(info, parameters.manhattan());
    return new IndexDescription(
        fields.size(), similarity.distance(), similarity.elementType(), info.getVectorDimension());
  }

  private void finish(ItemWriter items, FieldInfo info, List<ForestInput> inputs)
      throws IOException {
    items.finish(inputs);
    fields.add(
        new Companion.Field(
            info.number,
            info.getVectorEncoding(),
            info.getVectorSimilarityFunction(),
            parameters.manhattan(),
            info.getVectorDimension(),
            items.count(),
            parameters.defaultBudget()));
  }
}
