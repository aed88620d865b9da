package io.arroy.benchmarks.peer;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/** Lucene's codec with one of its vector formats, for vectors of any length. */
final class FormatCodec {

  /** More than any data set here has; Lucene's own limit of 1,024 is a setting of the format. */
  private static final int MOST_DIMENSIONS = 16_384;

  private FormatCodec() {}

  /** Writes vectors with {@code format}, which must be known to Lucene by its name. */
  static Codec of(KnnVectorsFormat format) {
    KnnVectorsFormat roomy =
        new KnnVectorsFormat(format.getName()) {
          @Override
          public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return format.fieldsWriter(state);
          }

          @Override
          public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return format.fieldsReader(state);
          }

          @Override
          public int getMaxDimensions(String fieldName) {
            return MOST_DIMENSIONS;
          }
        };
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return roomy;
      }
    };
  }
}
