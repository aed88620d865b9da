package io.arroy.lucene;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.util.IOUtils;

/**
 * The fields of a Lucene index whose vectors are in this format, segment by segment, open for
 * looking inside. Nothing is written to the index's directory, and no lock is taken: another
 * process may go on writing.
 */
public final class SegmentIndexes implements Closeable {
  private final Directory directory;
  private final DirectoryReader reader;
  private final List<SegmentIndex> indexes = new ArrayList<>();

  private SegmentIndexes(Directory directory) throws IOException {
    this.directory = directory;
    this.reader = DirectoryReader.open(directory);
    try {
      for (LeafReaderContext leaf : reader.leaves()) {
        add((SegmentReader) leaf.reader(), leaf.docBase);
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, reader);
      throw t;
    }
  }

  /**
   * Opens the last commit of an index.
   *
   * @param directory where it is
   * @throws NotDirectoryException if that is no directory
   * @throws org.apache.lucene.index.CorruptIndexException if it is damaged where it is opened
   */
  public static SegmentIndexes open(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    Directory opened = new MMapDirectory(directory, NoLockFactory.INSTANCE);
    try {
      return new SegmentIndexes(opened);
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, opened);
      throw t;
    }
  }

  private void add(SegmentReader segment, int firstDocument) {
    for (FieldInfo info : segment.getFieldInfos()) {
      KnnVectorsReader vectors = info.hasVectorValues() ? segment.getVectorReader() : null;
      if (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader fields) {
        vectors = fields.getFieldReader(info.name);
      }
      if (vectors instanceof ArroyVectorsReader ours && ours.fieldOrNull(info.name) != null) {
        indexes.add(
            new SegmentIndex(
                segment.getSegmentName(), info.name, ours, firstDocument, segment.getLiveDocs()));
      }
    }
  }

  /** All of them, in the order of the segments. They can be used until this is closed. */
  public List<SegmentIndex> all() {
    return List.copyOf(indexes);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
