package io.arroy.lucene;

import io.arroy.forest.store.Block;
import io.arroy.forest.store.BlockKey;
import io.arroy.forest.store.BlockSource;
import io.arroy.forest.store.CopyBuffer;
import io.arroy.forest.store.ImageDescription;
import io.arroy.forest.store.StoredBlock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/**
 * The blocks of an environment read by offset: through a Lucene input, without LMDB. Memory that
 * the input has mapped is not copied.
 */
final class InputBlockSource implements BlockSource {
  private final IndexInput input;
  private final long start;
  private final Map<BlockKey, StoredBlock> blocks;

  /**
   * @param input the file, closed by its owner
   * @param start where in it the environment begins
   */
  InputBlockSource(IndexInput input, long start, ImageDescription image) {
    this.input = input;
    this.start = start;
    this.blocks = HashMap.newHashMap(image.blocks().size());
    for (StoredBlock block : image.blocks()) {
      blocks.put(block.key(), block);
    }
  }

  @Override
  public Optional<Block> find(BlockKey key) throws IOException {
    StoredBlock block = blocks.get(key);
    if (block == null) {
      return Optional.empty();
    }
    IndexInput slice = input.slice(key.toString(), start + block.offset(), block.length());
    if (slice instanceof MemorySegmentAccessInput mapped) {
      MemorySegment segment = mapped.segmentSliceOrNull(0, block.length());
      if (segment != null) {
        return Optional.of(new MappedBlock(segment.asReadOnly()));
      }
    }
    return Optional.of(new CopiedBlock(slice));
  }

  private record MappedBlock(MemorySegment segment) implements Block, Block.Cursor {
    @Override
    public long length() {
      return segment.byteSize();
    }

    @Override
    public boolean copies() {
      return false;
    }

    @Override
    public Cursor cursor() {
      return this;
    }

    @Override
    public MemorySegment read(long offset, int length) {
      return segment.asSlice(offset, length);
    }
  }

  private record CopiedBlock(IndexInput slice) implements Block {
    @Override
    public long length() {
      return slice.length();
    }

    @Override
    public boolean copies() {
      return true;
    }

    @Override
    public Cursor cursor() {
      return cursor(new CopyBuffer());
    }

    @Override
    public Cursor cursor(CopyBuffer shared) {
      return new CopyingCursor(slice.clone(), shared);
    }
  }

  private static final class CopyingCursor implements Block.Cursor {
    private final IndexInput in;
    private final CopyBuffer copies;
    private byte[] buffer = new byte[0];

    CopyingCursor(IndexInput in, CopyBuffer copies) {
      this.in = in;
      this.copies = copies;
    }

    @Override
    public MemorySegment read(long offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, in.length());
      if (buffer.length < length) {
        buffer = new byte[length];
      }
      in.seek(offset);
      in.readBytes(buffer, 0, length);
      MemorySegment copy = copies.get(length);
      MemorySegment.copy(buffer, 0, copy, ValueLayout.JAVA_BYTE, 0, length);
      return copy.asReadOnly();
    }
  }
}
