package io.arroy.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.tests.index.BaseCompoundFormatTestCase;
import org.apache.lucene.tests.util.QuickPatchThreadsFilter;

/** Lucene's suite for compound formats. */
@ThreadLeakFilters(
    defaultFilters = true,
    filters = {QuickPatchThreadsFilter.class, JnrThreads.class})
public class TestArroyCompoundFormat extends BaseCompoundFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new ArroyCodec();
  }

  /** A copy has a checksum of its own: it must not make damaged bytes look sound. */
  public void testDamagedEnvironmentIsNotPacked() throws IOException {
    try (Directory dir = new ByteBuffersDirectory()) {
      IndexWriterConfig config = new IndexWriterConfig().setCodec(getCodec());
      config.setUseCompoundFile(false);
      try (IndexWriter writer = new IndexWriter(dir, config)) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("vector", new float[] {1, 2, 3}));
        writer.addDocument(document);
      }
      SegmentInfo segment = SegmentInfos.readLatestCommit(dir).info(0).info;
      ArroyCompoundFormat format = new ArroyCompoundFormat();
      format.write(dir, segment, IOContext.DEFAULT);
      for (String file : segment.files()) {
        if (SegmentFiles.isEnvironment(file)) {
          dir.deleteFile(SegmentFiles.toCompound(file));
          flipBit(dir, file);
        }
      }
      for (String file : dir.listAll()) {
        if (file.endsWith(".cfs") || file.endsWith(".cfe")) {
          dir.deleteFile(file);
        }
      }
      expectThrows(
          CorruptIndexException.class, () -> format.write(dir, segment, IOContext.DEFAULT));
    }
  }

  private static void flipBit(Directory dir, String file) throws IOException {
    byte[] bytes;
    try (IndexInput in = dir.openInput(file, IOContext.DEFAULT)) {
      bytes = new byte[(int) in.length()];
      in.readBytes(bytes, 0, bytes.length);
    }
    bytes[random().nextInt(bytes.length - 16)] ^= (byte) (1 << random().nextInt(8));
    dir.deleteFile(file);
    try (IndexOutput out = dir.createOutput(file, IOContext.DEFAULT)) {
      out.writeBytes(bytes, bytes.length);
    }
  }
}
