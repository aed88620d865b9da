package io.arroy.lucene;

import io.arroy.forest.store.IndexDescription;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Keeps the vectors of a segment, and a forest over those of each field, in an LMDB environment.
 *
 * <p>A segment has two files, whatever the number of its fields:
 *
 * <ul>
 *   <li>The <b>environment</b>: an LMDB data file, then a {@linkplain
 *       org.apache.lucene.codecs.CodecUtil#writeFooter codec footer}, which LMDB ignores. Its
 *       blocks are those of {@code io.arroy.forest.store}; the fields are the indexes 0, 1, 2, … in
 *       it, and a vector's id is its document. Inside {@link ArroyCodec}, or another codec with
 *       {@link ArroyCompoundFormat}, its name ends in {@code .lmdb}, or in {@code .lmdbc} beside a
 *       compound file. Elsewhere it follows an index header padded with zeros to a page, because
 *       compound files demand one, and its name ends in {@code .lmdbw}.
 *   <li>The <b>companion</b>, {@code .lmdbm}: what must be known before the environment is read.
 *       <ul>
 *         <li>IndexHeader
 *         <li>whether the environment is behind a header: byte, 0 or 1; where it begins in its
 *             file: vLong; bytes of that file: vLong; what its footer says: long
 *         <li>number of fields: vInt; for each its number in the segment: int; encoding: byte, 0
 *             for bytes, 1 for floats; similarity: byte, 0 Euclidean, 1 dot product, 2 cosine, 3
 *             maximum inner product; whether Manhattan distance stands in for Euclidean: byte, 0 or
 *             1; dimension: vInt; number of vectors: vInt; default budget: vInt
 *         <li>the environment's page size: vInt; last page: vLong; last transaction: vLong; CRC32C
 *             of all bytes outside its blocks: int
 *         <li>number of blocks: vInt; for each its key: nine bytes; where it begins, counted from
 *             the start of the environment: vLong; its bytes: vLong; their CRC32C: int
 *         <li>CodecFooter
 *       </ul>
 * </ul>
 *
 * <p>Parameters count when segments are written and are stored with them: any instance reads any
 * segment. Instances with equal parameters are equal.
 */
public final class ArroyVectorsFormat extends KnnVectorsFormat {
  /** The name by which Lucene finds this format when it reads a segment. */
  public static final String NAME = "ArroyVectorsFormat";

  static final int VERSION_START = 0;
  static final int VERSION_CURRENT = VERSION_START;

  private final ForestParameters parameters;

  /** The user's, or null. */
  private final Executor executor;

  /** Writes with {@link ForestParameters#DEFAULT}; reads any segment. */
  public ArroyVectorsFormat() {
    this(ForestParameters.DEFAULT);
  }

  /** Writes with these parameters; reads any segment. */
  public ArroyVectorsFormat(ForestParameters parameters) {
    this(parameters, null);
  }

  /**
   * Writes with these parameters and the threads of a pool; reads any segment. What is written does
   * not depend on the threads.
   *
   * @param executor runs parts of flushes and merges beside the thread that calls, which never
   *     waits for one to start; null for none in flushes, and in merges for the executor that
   *     Lucene's merge scheduler hands out. Shut down by whoever made it, after the writer is
   *     closed
   */
  public ArroyVectorsFormat(ForestParameters parameters, Executor executor) {
    super(NAME);
    this.parameters = parameters;
    this.executor = executor;
  }

  /** How it writes. */
  public ForestParameters parameters() {
    return parameters;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) {
    return new ArroyVectorsWriter(state, parameters, executor);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new ArroyVectorsReader(state);
  }

  /** {@value IndexDescription#MAX_DIMENSION}. */
  @Override
  public int getMaxDimensions(String fieldName) {
    return IndexDescription.MAX_DIMENSION;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArroyVectorsFormat format
        && parameters.equals(format.parameters)
        && Objects.equals(executor, format.executor);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parameters, executor);
  }

  @Override
  public String toString() {
    return NAME + "(" + parameters + ")";
  }
}
