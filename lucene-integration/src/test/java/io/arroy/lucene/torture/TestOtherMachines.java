package io.arroy.lucene.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/** Segments whose pages LMDB cannot read here: our blocks are the same on every machine. */
public class TestOtherMachines extends TortureTestCase {
  private static final int OURS_NOT_COMPOUND = 2;
  private static final int MAGIC = 16;

  public void testPagesOfABigEndianMachine() throws IOException {
    assumeTrue("looks into Linux's /proc", Proc.available());
    CorruptionBase base = CorruptionBase.create(OURS_NOT_COMPOUND);
    Path folder = newFolder();
    for (Map.Entry<String, byte[]> file : base.files().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    assertEquals("mapped by Lucene and by LMDB", 4, read(folder, base));
    for (CorruptionBase.Part part : base.parts()) {
      if (part.name().endsWith(".lmdb")) {
        swapBytes(base, Recorded.of(base, part), folder);
      }
    }
    assertEquals("mapped by Lucene", 2, read(folder, base));
  }

  /** Checks all that an index gives; returns how often environments are mapped. */
  private static long read(Path folder, CorruptionBase base) throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext context : reader.leaves()) {
        context.reader().checkIntegrity();
      }
      assertEquals(base.hits(), CorruptionBase.search(reader));
      assertEquals(base.numbers(), Documents.check(reader));
      return Proc.mapped(".lmdb");
    }
  }

  /** Turns what the first pages begin with, as all of LMDB's numbers would be there. */
  private static void swapBytes(CorruptionBase base, Recorded recorded, Path folder)
      throws IOException {
    byte[] bytes = base.files().get(recorded.environment().file()).clone();
    byte[] companion = base.files().get(recorded.companion().file()).clone();
    int pageSize = Anatomy.of(bytes, 0, bytes.length).pageSize;
    for (int at : new int[] {MAGIC, pageSize + MAGIC}) {
      int magic = ByteBuffer.wrap(bytes).getInt(at);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, magic);
    }
    CRC32C structure = new CRC32C();
    int at = 0;
    List<Recorded.Block> blocks =
        recorded.blocks().stream().sorted(Comparator.comparingInt(Recorded.Block::from)).toList();
    for (Recorded.Block block : blocks) {
      structure.update(bytes, at, block.from() - at);
      at = block.to();
    }
    structure.update(bytes, at, bytes.length - Forgery.FOOTER - at);
    ByteBuffer record = ByteBuffer.wrap(companion).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(recorded.countsAt().get(1) - Integer.BYTES, (int) structure.getValue());
    record.putLong(recorded.checksumAt(), Forgery.sign(bytes, 0, bytes.length));
    Forgery.sign(companion, 0, companion.length);
    Files.write(folder.resolve(recorded.environment().file()), bytes);
    Files.write(folder.resolve(recorded.companion().file()), companion);
  }
}
