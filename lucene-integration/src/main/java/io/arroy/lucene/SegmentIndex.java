package io.arroy.lucene;

import io.arroy.forest.store.BlockCatalog;
import java.io.IOException;
import org.apache.lucene.util.Bits;

/** The vectors of a field in one segment, open for looking inside. */
public final class SegmentIndex {
  private final String segment;
  private final String field;
  private final ArroyVectorsReader reader;
  private final int number;
  private final int firstDocument;
  private final Bits liveDocuments;

  SegmentIndex(
      String segment,
      String field,
      ArroyVectorsReader reader,
      int firstDocument,
      Bits liveDocuments) {
    this.segment = segment;
    this.field = field;
    this.reader = reader;
    this.number = reader.fieldOrNull(field).index().description().index();
    this.firstDocument = firstDocument;
    this.liveDocuments = liveDocuments;
  }

  /** Name of the segment, such as {@code _0}. */
  public String segment() {
    return segment;
  }

  /** Name of the field. */
  public String field() {
    return field;
  }

  /**
   * Name of the environment's file before its segment is packed into a compound file; that has
   * another ending.
   */
  public String fileName() {
    return reader.environmentName();
  }

  /** The blocks of the segment's environment. */
  public BlockCatalog blocks() {
    return reader.blocks();
  }

  /** Number of the field's index in that environment; its ids are documents of the segment. */
  public int number() {
    return number;
  }

  /** Number of the segment's first document in the whole index. */
  public int firstDocument() {
    return firstDocument;
  }

  /** The documents of the segment that are not deleted, or null if none is. */
  public Bits liveDocuments() {
    return liveDocuments;
  }

  /**
   * Reads the environment's file, with those of the segment's other fields, and compares checksums.
   */
  public void checkIntegrity() throws IOException {
    reader.checkIntegrity();
  }
}
