package io.arroy.lucene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.apache.lucene.store.BufferedIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/** Stores every byte of environments inverted, as an encrypting directory would in its way. */
final class InvertingDirectory extends FilterDirectory {
  InvertingDirectory(Directory in) {
    super(in);
  }

  private static boolean isInverted(String name) {
    return name.contains(".lmdb");
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    IndexOutput out = super.createOutput(name, context);
    return isInverted(name) ? new InvertingOutput(out) : out;
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    IndexInput input = super.openInput(name, context);
    return isInverted(name) ? new InvertingInput(input) : input;
  }

  private static final class InvertingOutput extends FilterIndexOutput {
    private final CRC32 checksum = new CRC32();

    InvertingOutput(IndexOutput out) {
      super(out.toString(), out.getName(), out);
    }

    @Override
    public void writeByte(byte b) throws IOException {
      checksum.update(b);
      out.writeByte((byte) ~b);
    }

    @Override
    public void writeBytes(byte[] b, int offset, int length) throws IOException {
      for (int i = 0; i < length; i++) {
        writeByte(b[offset + i]);
      }
    }

    @Override
    public long getChecksum() {
      return checksum.getValue();
    }
  }

  private static final class InvertingInput extends BufferedIndexInput {
    private final IndexInput in;

    InvertingInput(IndexInput in) {
      super(in.toString());
      this.in = in;
    }

    @Override
    protected void readInternal(ByteBuffer b) throws IOException {
      in.seek(getFilePointer());
      while (b.hasRemaining()) {
        b.put((byte) ~in.readByte());
      }
    }

    @Override
    protected void seekInternal(long pos) {}

    @Override
    public InvertingInput clone() {
      InvertingInput clone = (InvertingInput) super.clone();
      return new InvertingInput(in.clone()).at(clone.getFilePointer());
    }

    private InvertingInput at(long position) {
      try {
        seek(position);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    @Override
    public long length() {
      return in.length();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
