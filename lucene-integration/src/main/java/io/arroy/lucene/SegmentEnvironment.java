package io.arroy.lucene;

import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CheckedBlocks;
import io.arroy.forest.store.CorruptEnvironmentException;
import io.arroy.forest.store.ImageChecksums;
import io.arroy.forest.store.SealedEnvironment;
import io.arroy.forest.store.StoredBlock;
import io.arroy.forest.store.VerifiedBlocks;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.BufferedChecksumIndexInput;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.FileTypeHint;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.ReadOnceHint;
import org.apache.lucene.util.IOUtils;

/**
 * The environment of a segment, open for reading: in place where its file is one that LMDB can map,
 * else by offset through the directory. Both give the same bytes.
 */
final class SegmentEnvironment implements Closeable {
  static final String CODEC = "ArroyVectorsEnvironment";

  private static final int BUFFER_BYTES = 1 << 14;

  private final String name;
  private final Companion companion;
  private final IOContext context;
  private final IndexInput input;
  private final SealedEnvironment sealed;
  private final BlockSource blocks;
  private final BlockSource source;

  private SegmentEnvironment(
      String name,
      Companion companion,
      IOContext context,
      IndexInput input,
      SealedEnvironment sealed) {
    this.name = name;
    this.companion = companion;
    this.context = context;
    this.input = input;
    this.sealed = sealed;
    this.blocks =
        sealed != null
            ? sealed
            : new InputBlockSource(input, companion.offset(), companion.image());
    this.source = new VerifiedBlocks(blocks, companion.image());
  }

  /**
   * Opens the environment after checking its length and footer.
   *
   * @throws CorruptIndexException if they, or LMDB's own pages, are not as recorded
   */
  static SegmentEnvironment open(SegmentReadState state, Companion companion) throws IOException {
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name,
            state.segmentSuffix,
            companion.wrapped() ? SegmentFiles.WRAPPED_ENVIRONMENT : SegmentFiles.ENVIRONMENT);
    IOContext context =
        state.context.withHints(FileTypeHint.DATA, FileDataHint.KNN_VECTORS, DataAccessHint.RANDOM);
    IndexInput input = state.directory.openInput(name, context);
    SealedEnvironment sealed = null;
    try {
      checkFile(state, companion, input);
      // What is read once is read by this thread alone, and soon closed: not worth another map.
      boolean readOnce = state.context.hints().contains(ReadOnceHint.INSTANCE);
      Path path = companion.wrapped() || readOnce ? null : path(state.directory, name);
      if (path != null) {
        sealed = openInPlace(path, companion, input);
      }
      return new SegmentEnvironment(name, companion, context, input, sealed);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, sealed, input);
      throw t;
    }
  }

  private static void checkFile(SegmentReadState state, Companion companion, IndexInput input)
      throws IOException {
    if (input.length() != companion.fileLength()) {
      throw new CorruptIndexException(
          "file has " + input.length() + " bytes, expected " + companion.fileLength(), input);
    }
    if (companion.wrapped()) {
      CodecUtil.checkIndexHeader(
          input,
          CODEC,
          ArroyVectorsFormat.VERSION_START,
          ArroyVectorsFormat.VERSION_CURRENT,
          state.segmentInfo.getId(),
          state.segmentSuffix);
    }
    long checksum = CodecUtil.retrieveChecksum(input);
    if (checksum != companion.checksum()) {
      throw new CorruptIndexException(
          "footer has checksum "
              + Long.toHexString(checksum)
              + ", expected "
              + Long.toHexString(companion.checksum()),
          input);
    }
  }

  /** The file behind a name, if the directory keeps its files where LMDB can open them. */
  private static Path path(Directory directory, String name) {
    Directory unwrapped = FilterDirectory.unwrap(directory);
    if (unwrapped instanceof ArroyCompoundDirectory compound) {
      return path(compound.outer(), SegmentFiles.toCompound(name));
    }
    return unwrapped instanceof FSDirectory files ? ScratchFiles.resolve(files, name) : null;
  }

  /** Null if the file cannot be opened in place but the directory gives the right bytes. */
  private static SealedEnvironment openInPlace(Path path, Companion companion, IndexInput input)
      throws IOException {
    try {
      return SealedEnvironment.open(path, companion.image());
    } catch (CorruptEnvironmentException e) {
      // The directory may change what it reads, decrypt it for example; then its bytes count.
      try {
        checkStructure(companion, input);
      } catch (IOException corrupt) {
        corrupt.addSuppressed(e);
        throw corrupt;
      }
    } catch (IOException | LinkageError | IllegalStateException e) {
      // Not there (still in the memory of an NRTCachingDirectory), no more maps, or a platform
      // that LMDB's library does not come for. The directory has opened the file already.
    }
    return null;
  }

  private static void checkStructure(Companion companion, IndexInput input) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    IndexInput in = input.clone();
    long at = 0;
    for (StoredBlock block : companion.image().blocksByOffset()) {
      update(checksum, in, companion.offset() + at, block.offset() - at, buffer);
      at = block.end();
    }
    update(checksum, in, companion.offset() + at, companion.image().length() - at, buffer);
    if ((int) checksum.getValue() != companion.image().structureChecksum()) {
      throw new CorruptIndexException("pages outside the blocks are damaged", input);
    }
  }

  private static void update(CRC32C checksum, IndexInput in, long from, long length, byte[] buffer)
      throws IOException {
    in.seek(from);
    for (long left = length; left > 0; ) {
      int n = (int) Math.min(left, buffer.length);
      in.readBytes(buffer, 0, n);
      checksum.update(buffer, 0, n);
      left -= n;
    }
  }

  /** Where its blocks are read from. */
  BlockSource source() {
    return source;
  }

  /** The same, each block verified when it is first read. */
  BlockSource checkedSource() {
    return new CheckedBlocks(blocks, companion.image());
  }

  /** The name of its file, before it is packed. */
  String name() {
    return name;
  }

  /** Names the file in messages. */
  String resource() {
    return input.toString();
  }

  /** Whether LMDB has mapped the file itself. */
  boolean inPlace() {
    return sealed != null;
  }

  /** Tells the directory whether the blocks will be read from first to last, as merges do. */
  void expectSequential(boolean sequential) throws IOException {
    if (!inPlace()) {
      input.updateIOContext(sequential ? context.withHints(DataAccessHint.SEQUENTIAL) : context);
    }
  }

  /** Reads the whole file through the directory and compares all checksums. */
  void checkIntegrity() throws IOException {
    IndexInput clone = input.clone();
    clone.seek(0);
    try (ChecksumIndexInput in = new BufferedChecksumIndexInput(clone)) {
      in.seek(companion.offset());
      ImageChecksums checksums = new ImageChecksums(companion.image().blocksByOffset());
      byte[] buffer = new byte[BUFFER_BYTES];
      for (long left = companion.image().length(); left > 0; ) {
        int n = (int) Math.min(left, buffer.length);
        in.readBytes(buffer, 0, n);
        checksums.update(buffer, 0, n);
        left -= n;
      }
      checksums.verify(companion.image());
      CodecUtil.checkFooter(in);
    } catch (CorruptEnvironmentException e) {
      throw new CorruptIndexException(e.getMessage(), input, e);
    }
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(sealed, input);
  }
}
