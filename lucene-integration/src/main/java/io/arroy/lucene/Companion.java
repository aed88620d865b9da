package io.arroy.lucene;

import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ImageDescription;
import io.arroy.forest.store.IndexDescription;
import io.arroy.forest.store.StoredBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * What the companion file holds.
 *
 * @param wrapped whether the environment lies behind a codec header
 * @param offset where in its file the environment begins
 * @param fileLength bytes of that file, footer included
 * @param checksum what its footer says
 * @param fields the fields, one index each: the index's number is the place in this list
 * @param image the environment
 */
record Companion(
    boolean wrapped,
    long offset,
    long fileLength,
    long checksum,
    List<Field> fields,
    ImageDescription image) {
  static final String CODEC = "ArroyVectorsCompanion";

  /**
   * A field.
   *
   * @param number its number in the segment
   * @param encoding what its vectors are made of
   * @param function how it was declared
   * @param manhattan whether Manhattan distance stands in for Euclidean
   * @param dimension elements of a vector
   * @param count number of vectors
   * @param defaultBudget see {@link ForestParameters}
   */
  record Field(
      int number,
      VectorEncoding encoding,
      VectorSimilarityFunction function,
      boolean manhattan,
      int dimension,
      int count,
      int defaultBudget) {}

  private static final int LEAST_FIELD_BYTES = 10;
  private static final int LEAST_BLOCK_BYTES = BlockKey.BYTES + 2 + Integer.BYTES;

  /** A function is stored as its place in this list. */
  private static final List<VectorSimilarityFunction> FUNCTIONS =
      List.of(
          VectorSimilarityFunction.EUCLIDEAN,
          VectorSimilarityFunction.DOT_PRODUCT,
          VectorSimilarityFunction.COSINE,
          VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT);

  void write(SegmentWriteState state) throws IOException {
    try (IndexOutput out = state.directory.createOutput(fileName(state), state.context)) {
      CodecUtil.writeIndexHeader(
          out,
          CODEC,
          ArroyVectorsFormat.VERSION_CURRENT,
          state.segmentInfo.getId(),
          state.segmentSuffix);
      out.writeByte((byte) (wrapped ? 1 : 0));
      out.writeVLong(offset);
      out.writeVLong(fileLength);
      out.writeLong(checksum);
      out.writeVInt(fields.size());
      for (Field field : fields) {
        write(field, out);
      }
      out.writeVInt(image.pageSize());
      out.writeVLong(image.lastPage());
      out.writeVLong(image.transaction());
      out.writeInt(image.structureChecksum());
      out.writeVInt(image.blocks().size());
      for (StoredBlock block : image.blocks()) {
        out.writeBytes(block.key().toBytes(), BlockKey.BYTES);
        out.writeVLong(block.offset());
        out.writeVLong(block.length());
        out.writeInt(block.checksum());
      }
      CodecUtil.writeFooter(out);
    }
  }

  private static void write(Field field, IndexOutput out) throws IOException {
    out.writeInt(field.number);
    out.writeByte((byte) (field.encoding == VectorEncoding.BYTE ? 0 : 1));
    out.writeByte((byte) FUNCTIONS.indexOf(field.function));
    out.writeByte((byte) (field.manhattan ? 1 : 0));
    out.writeVInt(field.dimension);
    out.writeVInt(field.count);
    out.writeVInt(field.defaultBudget);
  }

  static Companion read(SegmentReadState state) throws IOException {
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name, state.segmentSuffix, SegmentFiles.COMPANION);
    Companion companion = null;
    try (ChecksumIndexInput in = state.directory.openChecksumInput(name)) {
      Throwable failure = null;
      try {
        CodecUtil.checkIndexHeader(
            in,
            CODEC,
            ArroyVectorsFormat.VERSION_START,
            ArroyVectorsFormat.VERSION_CURRENT,
            state.segmentInfo.getId(),
            state.segmentSuffix);
        companion = read(in);
      } catch (Throwable t) {
        failure = t;
      } finally {
        CodecUtil.checkFooter(in, failure);
      }
    }
    return companion;
  }

  private static Companion read(IndexInput in) throws IOException {
    boolean wrapped = readFlag(in, "wrapped");
    long offset = in.readVLong();
    long fileLength = in.readVLong();
    long checksum = in.readLong();
    int fieldCount = readCount(in, "fields", LEAST_FIELD_BYTES);
    List<Field> fields = new ArrayList<>(fieldCount);
    for (int i = 0; i < fieldCount; i++) {
      fields.add(readField(in));
    }
    int pageSize = in.readVInt();
    long lastPage = in.readVLong();
    long transaction = in.readVLong();
    int structureChecksum = in.readInt();
    int blockCount = readCount(in, "blocks", LEAST_BLOCK_BYTES);
    List<StoredBlock> blocks = new ArrayList<>(blockCount);
    byte[] key = new byte[BlockKey.BYTES];
    try {
      for (int i = 0; i < blockCount; i++) {
        in.readBytes(key, 0, key.length);
        blocks.add(
            new StoredBlock(BlockKey.fromBytes(key), in.readVLong(), in.readVLong(), in.readInt()));
      }
      ImageDescription image =
          new ImageDescription(pageSize, lastPage, transaction, structureChecksum, blocks);
      if (offset < 0
          || fileLength - CodecUtil.footerLength() != offset + image.length()
          || wrapped != offset > 0) {
        throw new CorruptIndexException(
            "environment of "
                + image.length()
                + " bytes cannot lie at byte "
                + offset
                + " of a file of "
                + fileLength,
            in);
      }
      return new Companion(wrapped, offset, fileLength, checksum, fields, image);
    } catch (IllegalArgumentException | CorruptEnvironmentException e) {
      throw new CorruptIndexException(e.getMessage(), in, e);
    }
  }

  private static Field readField(IndexInput in) throws IOException {
    int number = in.readInt();
    VectorEncoding encoding =
        readFlag(in, "encoding") ? VectorEncoding.FLOAT32 : VectorEncoding.BYTE;
    int function = in.readByte();
    if (function < 0 || function >= FUNCTIONS.size()) {
      throw new CorruptIndexException("field " + number + " has similarity " + function, in);
    }
    boolean manhattan = readFlag(in, "manhattan");
    int dimension = in.readVInt();
    int count = in.readVInt();
    int defaultBudget = in.readVInt();
    if (number < 0
        || dimension < 1
        || dimension > IndexDescription.MAX_DIMENSION
        || count < 0
        || defaultBudget < 0) {
      throw new CorruptIndexException(
          "field "
              + number
              + " has dimension "
              + dimension
              + ", "
              + count
              + " vectors, budget "
              + defaultBudget,
          in);
    }
    return new Field(
        number, encoding, FUNCTIONS.get(function), manhattan, dimension, count, defaultBudget);
  }

  private static boolean readFlag(IndexInput in, String name) throws IOException {
    byte value = in.readByte();
    if (value != 0 && value != 1) {
      throw new CorruptIndexException(name + " must be 0 or 1, is " + value, in);
    }
    return value == 1;
  }

  /** A count that the rest of the file has room for. */
  private static int readCount(IndexInput in, String name, int leastBytes) throws IOException {
    int count = in.readVInt();
    if (count < 0 || count > (in.length() - in.getFilePointer()) / leastBytes) {
      throw new CorruptIndexException(
          count + " " + name + " do not fit in the rest of the file", in);
    }
    return count;
  }

  private static String fileName(SegmentWriteState state) {
    return IndexFileNames.segmentFileName(
        state.segmentInfo.name, state.segmentSuffix, SegmentFiles.COMPANION);
  }
}
